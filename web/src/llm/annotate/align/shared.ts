/** Words that have to stand together: two are often enough the same by chance. */
const TOGETHER = 3;

/**
 * Which words of two sequences stand in three words that the other has too: 1 for each that does. Where one has fewer words, all of
 * them have to stand together.
 */
export function sharedWords(a: readonly string[], b: readonly string[]): [Uint8Array, Uint8Array] {
  const length = Math.max(1, Math.min(TOGETHER, a.length, b.length));
  const runsOf = (words: readonly string[]): string[] => words.slice(length - 1).map((_, first) => words.slice(first, first + length).join(' '));
  const [runsOfA, runsOfB] = [runsOf(a), runsOf(b)];
  return [flags(runsOfA, new Set(runsOfB), length, a.length), flags(runsOfB, new Set(runsOfA), length, b.length)];
}

function flags(runs: readonly string[], others: ReadonlySet<string>, length: number, words: number): Uint8Array {
  const isShared = new Uint8Array(words);
  for (const [first, run] of runs.entries()) if (others.has(run)) isShared.fill(1, first, first + length);
  return isShared;
}
