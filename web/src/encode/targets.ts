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

/** Writes what a word should come out as into row `row` of `rows` `[rows, labels]`, which holds zeros. */
export function writeTarget(rows: Float32Array, row: number, targets: WordTargets, word: number, labels: number): void {
  if (targets instanceof Int32Array) rows[row * labels + targets[word]!] = 1;
  else rows.set(targets.subarray(word * labels, (word + 1) * labels), row * labels);
}

/** A word that learns a mixture of labels, by index. */
export interface MixedWord {
  word: number;
  labels: readonly number[];
}

/**
 * One label a word, but for the words that learn a mixture: y = Σ shareᵢ · onehot(labelᵢ).
 * @param sharesOf as many shares as a word has labels, adding up to 1; asked for in the order of `mixed`.
 */
export function mixedTargets(hard: Int32Array, mixed: readonly MixedWord[], labels: number, sharesOf: (count: number) => readonly number[]): Float32Array {
  const rows = new Float32Array(hard.length * labels);
  hard.forEach((label, word) => (rows[word * labels + label] = 1));
  for (const { word, labels: candidates } of mixed) {
    const shares = sharesOf(candidates.length);
    rows.fill(0, word * labels, (word + 1) * labels);
    candidates.forEach((label, i) => (rows[word * labels + label] = shares[i]!));
  }
  return rows;
}
