import type { Document } from '../../dataset/document.ts';
import { sameText } from '../../dataset/same-text.ts';
import { makeIndex, type Likeness, type NeighbourIndex } from './neighbour-index.ts';
import { wordsBut } from './plain-words.ts';
import { searchIndex, type Products } from './search.ts';
import { wholeText, type EmbeddedText } from './vectors.ts';

type Text = Pick<Document, 'text' | 'words'>;

/** What computes: an encoder without a head, and products on its device. */
export interface NeighbourTools {
  dimensions: number;
  /** A group of texts at a time, in order; fewer than were given where it was stopped. */
  embed(texts: readonly Text[]): AsyncIterable<readonly EmbeddedText[]>;
  openProducts(rows: Float32Array, dimensions: number): Promise<Products & { dispose(): Promise<void> }>;
}

/** Embeds labelled texts and makes an index of them. */
export function indexTexts(pool: readonly (Text & Pick<Document, 'spans'>)[], by: Likeness, { embed, dimensions }: NeighbourTools): Promise<NeighbourIndex> {
  return makeIndex(pool, embed(pool), dimensions, by);
}

/**
 * For each text the numbers of the `k` labelled texts that are most alike, the most alike first; fewer where the index has fewer. A text is never its own
 * example. Groups come as they are found, in the order of the texts.
 */
export async function* nearestTexts(index: NeighbourIndex, pool: readonly Text[], texts: readonly Text[], k: number, tools: NeighbourTools): AsyncGenerator<Int32Array[], void> {
  if (index.owners.length === 0) return yield texts.map(() => new Int32Array(0));
  const { by, dimensions, plain } = index;
  const known = pool.map(({ text }) => sameText(text));
  const products = await tools.openProducts(index.values, dimensions);
  try {
    let first = 0;
    for await (const group of tools.embed(texts)) {
      const asked = group.map((_, text) => sameText(texts[first + text]!.text));
      const queries = group.map((text, place) => (by === 'sentence' ? { vectors: wholeText(text, dimensions), rows: text.words.length > 0 ? [0] : [] } : { vectors: text.vectors, rows: wordsBut(plain, texts[first + place]!.text, text.words) }));
      yield await searchIndex(index, products, queries, k, (text, other) => asked[text] === known[other]);
      first += group.length;
    }
  } finally {
    await products.dispose();
  }
}
