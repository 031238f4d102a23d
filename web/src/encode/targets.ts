/**
 * What each word of a text should come out as: label indices `[words]` (Int32Array), or distributions over the labels
 * `[words, labels]`, each row adding up to 1 (Float32Array).
 */
export type WordTargets = Int32Array | Float32Array;

/** One label a word. */
export function hardTargets(tags: readonly string[], labels: readonly string[]): Int32Array {
  return Int32Array.from(tags, (tag, word) => {
    const index = labels.indexOf(tag);
    if (index < 0) throw new RangeError(`Word ${word} is tagged ${tag}, which is not among the labels ${labels.join(', ')}.`);
    return index;
  });
}

/** Two annotations of the same words as one distribution a word: `share` of the first, the rest of the second. */
export function mixTargets(first: WordTargets, second: WordTargets, share: number, labels: number): Float32Array {
  const a = asDistributions(first, labels);
  const b = asDistributions(second, labels);
  if (a.length !== b.length) throw new RangeError(`The annotations to mix have ${a.length / labels} and ${b.length / labels} words, expected the same number.`);
  return a.map((value, i) => share * value + (1 - share) * b[i]!);
}

function asDistributions(targets: WordTargets, labels: number): Float32Array {
  if (targets instanceof Float32Array) return targets;
  const rows = new Float32Array(targets.length * labels);
  targets.forEach((label, word) => (rows[word * labels + label] = 1));
  return rows;
}
