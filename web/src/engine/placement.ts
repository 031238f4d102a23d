/** Operators by the execution provider that ONNX Runtime has given them to. */
export type Placement = Map<string, string[]>;

/**
 * Reads the log of a session made with `logSeverityLevel: 0`: headings "Node(s) placed on [X]", each followed by lines that end in
 * "Gemm (encoder.layer.0.…)"; or "All nodes placed on [X]" and no list.
 */
export function nodePlacement(log: readonly string[]): Placement {
  const placement: Placement = new Map();
  let operators: string[] = [];
  for (const line of log.flatMap((text) => text.split('\n'))) {
    const provider = /odes?(?:\(s\))? placed on \[(\w+)\]/.exec(line)?.[1];
    if (provider) {
      operators = placement.get(provider) ?? [];
      placement.set(provider, operators);
      continue;
    }
    const operator = /VerifyEachNodeIsAssignedToAnEp\]\s+(\w+) \(/.exec(line)?.[1];
    if (operator) operators.push(operator);
  }
  return placement;
}
