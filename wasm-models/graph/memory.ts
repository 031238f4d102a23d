import type { Graph } from './graph.ts';
import { elementCount } from './shape.ts';
import type { DType, Value } from './value.ts';

const BYTES: Record<DType, number> = { uint8: 1, int8: 1, float16: 2, float32: 4, int32: 4, int64: 8 };
/** Sizes are rounded up to this many bytes. */
const ALIGNMENT = 16;

const bytesOf = ({ shape, dtype }: Value): number => Math.max(ALIGNMENT, Math.ceil((elementCount(shape as number[]) * BYTES[dtype]) / ALIGNMENT) * ALIGNMENT);

/**
 * Bytes of intermediate results that a graph of fixed sizes takes where its nodes run in order: a result is freed after its last use, and a buffer is
 * used again for results of just its size. That is how ONNX Runtime's WebGPU provider keeps buffers. Inputs and outputs are not counted: they are the caller's.
 */
export function intermediateBytes(graph: Graph): number {
  const aliasOf = new Map<Value, Value>();
  const tensor = (value: Value): Value => (aliasOf.has(value) ? tensor(aliasOf.get(value)!) : value);
  for (const { op, inputs, outputs } of graph.nodes) if (op === 'Reshape') aliasOf.set(outputs[0]!, inputs[0]!);

  const given = new Set(graph.outputs.map(tensor));
  const lastUse = new Map<Value, number>();
  graph.nodes.forEach(({ inputs, outputs }, index) => [...inputs, ...outputs].forEach((value) => lastUse.set(tensor(value), index)));

  const free = new Map<number, number>();
  const held = new Set<Value>();
  let bytes = 0;
  graph.nodes.forEach(({ op, inputs, outputs }, index) => {
    for (const output of op === 'Reshape' ? [] : outputs.filter((value) => !given.has(value))) {
      const size = bytesOf(output);
      const spare = free.get(size) ?? 0;
      if (spare > 0) free.set(size, spare - 1);
      else bytes += size;
      held.add(output);
    }
    for (const value of new Set([...inputs, ...outputs].map(tensor))) {
      if (!held.has(value) || lastUse.get(value)! > index) continue;
      held.delete(value);
      free.set(bytesOf(value), (free.get(bytesOf(value)) ?? 0) + 1);
    }
  });
  return bytes;
}
