import { MostAlike } from './most-alike.ts';
import type { UnitVectors } from './vectors.ts';

/** Dot products with the vectors of an index, as an engine computes them. */
export interface Products {
  /** `[groups, index]`: of each group of `size` vectors, `[groups, size, dimensions]`, the largest of its products with each vector of the index. */
  largest(vectors: Float32Array, groups: number, size: number): Promise<Float32Array>;
}

/** Products held at once: 8 MB of them. */
const PRODUCTS = 2 ** 21;

/**
 * For each of `texts` texts the `k` most alike of the index, the most alike first. Two texts are as alike as the two vectors of theirs that are most
 * alike: where each word asks for its nearest and the nearest of all words are taken, the same texts come out.
 * @param queries vectors of the texts; one without vectors finds nothing.
 * @param isOut whether a text of the index must not be found for a text.
 */
export async function searchIndex(index: UnitVectors, products: Products, queries: UnitVectors, texts: number, k: number, isOut: (text: number, found: number) => boolean): Promise<Int32Array[]> {
  const found: Int32Array[] = Array.from({ length: texts }, () => new Int32Array(0));
  const groups = groupsOf(queries).sort((a, b) => a.count - b.count);
  const count = index.owners.length;
  if (count === 0) return found;
  for (let first = 0; first < groups.length; ) {
    // Groups of like size together, each brought up to the largest by its own first vector, which changes no maximum.
    let last = first + 1;
    while (last < groups.length && (last + 1 - first) * groups[last]!.count * count <= PRODUCTS) last++;
    const together = groups.slice(first, last);
    const size = together.at(-1)!.count;
    const scores = await products.largest(filled(queries, together, size), together.length, size);
    together.forEach(({ text }, row) => {
      found[text] = mostAlike(scores.subarray(row * count, (row + 1) * count), index.owners, k, (other) => isOut(text, other));
    });
    first = last;
  }
  return found;
}

interface Group {
  text: number;
  first: number;
  count: number;
}

function groupsOf({ owners }: UnitVectors): Group[] {
  const groups: Group[] = [];
  owners.forEach((text, row) => {
    const latest = groups.at(-1);
    if (latest?.text === text) latest.count++;
    else groups.push({ text, first: row, count: 1 });
  });
  return groups;
}

function filled({ values, dimensions }: UnitVectors, groups: readonly Group[], size: number): Float32Array {
  const vectors = new Float32Array(groups.length * size * dimensions);
  groups.forEach(({ first, count }, group) => {
    vectors.set(values.subarray(first * dimensions, (first + count) * dimensions), group * size * dimensions);
    for (let row = count; row < size; row++) vectors.copyWithin((group * size + row) * dimensions, group * size * dimensions, (group * size + 1) * dimensions);
  });
  return vectors;
}

/** The texts with the highest score of any of their vectors. Nearly all scores are below the lowest that is kept, and cost one comparison. */
function mostAlike(scores: Float32Array, owners: Int32Array, k: number, isOut: (text: number) => boolean): Int32Array {
  const best = new MostAlike(k);
  let { floor } = best;
  for (let row = 0; row < scores.length; row++) {
    let score = scores[row]!;
    if (score <= floor) continue;
    // What the text's earlier vectors scored was no more than the floor then, so it is less than this.
    const text = owners[row]!;
    for (; owners[row + 1] === text; row++) if (scores[row + 1]! > score) score = scores[row + 1]!;
    if (isOut(text)) continue;
    best.offer(text, score);
    floor = best.floor;
  }
  return best.ids();
}
