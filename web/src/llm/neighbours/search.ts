import { MostAlike } from './most-alike.ts';
import { copyDirection, type UnitVectors } from './vectors.ts';

/** Dot products with the vectors of an index, as an engine computes them. */
export interface Products {
  /** `[groups, index]`: of each group of `size` vectors, `[groups, size, dimensions]`, the largest of its products with each vector of the index. */
  largest(vectors: Float32Array, groups: number, size: number): Promise<Float32Array>;
}

/** What a text asks with: some of its vectors. */
export interface Query {
  /** `[vectors, dimensions]` */
  vectors: Float32Array;
  /** Numbers of those that ask. A text without any finds nothing. */
  rows: readonly number[];
}

/** Products held at once: 4 MB of them, which stay close to the processor. */
const PRODUCTS = 2 ** 20;

/**
 * For each text the `k` most alike of the index, the most alike first. Two texts are as alike as the two vectors of theirs that are most
 * alike: where each word asks for its nearest and the nearest of all words are taken, the same texts come out.
 * @param isOut whether a text of the index must not be found for a text.
 */
export async function searchIndex(index: UnitVectors, products: Products, queries: readonly Query[], k: number, isOut: (text: number, found: number) => boolean): Promise<Int32Array[]> {
  const found: Int32Array[] = queries.map(() => new Int32Array(0));
  const { dimensions, owners } = index;
  const count = owners.length;
  const sizeOf = (text: number): number => queries[text]!.rows.length;
  const best = new MostAlike(k);
  let room = new Float32Array(0);
  const asking = [...queries.keys()].filter((text) => sizeOf(text) > 0).sort((a, b) => sizeOf(a) - sizeOf(b));
  for (let first = 0; first < asking.length; ) {
    // Texts of like size together.
    let last = first + 1;
    while (last < asking.length && (last + 1 - first) * sizeOf(asking[last]!) * count <= PRODUCTS) last++;
    const together = asking.slice(first, last);
    const size = sizeOf(together.at(-1)!);
    const needed = together.length * size * dimensions;
    if (room.length < needed) room = new Float32Array(needed);
    const vectors = room.subarray(0, needed);
    fill(vectors, together.map((text) => queries[text]!), dimensions, size);
    const scores = await products.largest(vectors, together.length, size);
    together.forEach((text, row) => {
      offerAll(best, scores.subarray(row * count, (row + 1) * count), owners, (other) => isOut(text, other));
      found[text] = best.take();
    });
    first = last;
  }
  return found;
}

/** Writes the directions of what texts ask with, `[texts, size, dimensions]`. A text that asks with fewer is brought up to `size` by its own first one, which changes no maximum. */
function fill(directions: Float32Array, queries: readonly Query[], dimensions: number, size: number): void {
  const step = size * dimensions;
  queries.forEach(({ vectors, rows }, text) => {
    const from = text * step;
    for (let place = 0; place < rows.length; place++) copyDirection(vectors, rows[place]! * dimensions, dimensions, directions, from + place * dimensions);
    for (let at = from + rows.length * dimensions; at < from + step; at += dimensions) directions.copyWithin(at, from, from + dimensions);
  });
}

/** Offers every text with the highest score of any of its vectors. Nearly all scores are below the lowest that is kept, and cost one comparison. */
function offerAll(best: MostAlike, scores: Float32Array, owners: Int32Array, isOut: (text: number) => boolean): void {
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
}
