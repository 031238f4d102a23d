import type { Random } from '../random.ts';

/** How many entities of which types (by number) one document holds. */
export type TypeCounts = readonly (readonly [type: number, count: number])[];

interface Found {
  /** Places in the list of documents. */
  chosen: number[];
  /** Entities of each type. */
  got: number[];
}

/** Greedy search can end without k of each; another order may do better. */
const ORDERS = 30;

/**
 * Few-NERD's greedy search, in several random orders until each type has k entities; else the best of them. Documents with types
 * that were missed in orders before come first, the most often missed before the others: common types fill up quickly and then
 * shut out every document that also holds one. On CrossNER with k from 1 to 8 a local search of 300 steps found nothing better.
 */
export function searchFewShot(documents: readonly TypeCounts[], types: number, k: number, random: Random): Found {
  const misses = new Array<number>(types).fill(0);
  let best: Found = { chosen: [], got: new Array<number>(types).fill(0) };
  let fewest = Infinity;
  for (let attempt = 0; attempt < ORDERS && fewest > 0; attempt++) {
    const byUrgency = Array.from({ length: attempt + 1 }, (): number[] => []);
    documents.forEach((counts, i) => byUrgency[counts.reduce((most, [type]) => Math.max(most, misses[type]!), 0)]!.push(i));
    const order = byUrgency.reverse().flatMap((places) => random.shuffle(places));
    const found = greedy(documents, order, types, k);
    const lacking = found.got.reduce((sum, count) => sum + Math.max(0, k - count), 0);
    if (lacking < fewest) [best, fewest] = [found, lacking];
    found.got.forEach((count, type) => count < k && misses[type]!++);
  }
  return best;
}

/** One pass is enough: counts only grow, so a document that was refused once would be refused again. */
function greedy(documents: readonly TypeCounts[], order: readonly number[], types: number, k: number): Found {
  const got = new Array<number>(types).fill(0);
  const chosen: number[] = [];
  let unmet = types;
  for (const i of order) {
    if (unmet === 0) break;
    const counts = documents[i]!;
    if (!counts.some(([type]) => got[type]! < k) || counts.some(([type, count]) => got[type]! + count > 2 * k)) continue;
    for (const [type, count] of counts) {
      if (got[type]! < k && got[type]! + count >= k) unmet--;
      got[type]! += count;
    }
    chosen.push(i);
  }
  return { chosen, got };
}
