import { plainProducts } from '../../../../web/cli/bench/plain-products.ts';
import type { NeighbourTools } from '../../../../web/src/llm/neighbours/nearest.ts';
import type { EmbeddedText } from '../../../../web/src/llm/neighbours/vectors.ts';

/** Words separated by spaces, each a vector of its own letters: as many dimensions as there are letters. */
export function letterTools(letters: string, groupSize = 2): NeighbourTools {
  const dimensions = letters.length;
  return {
    dimensions,
    openProducts: plainProducts,
    async *embed(texts) {
      for (let first = 0; first < texts.length; first += groupSize) {
        yield texts.slice(first, first + groupSize).map(({ text }): EmbeddedText => {
          const words = [...text.matchAll(/\S+/g)].map(({ index, 0: word }): [number, number] => [index, index + word.length]);
          const vectors = new Float32Array(words.length * dimensions);
          words.forEach(([start, end], word) => {
            for (const letter of text.slice(start, end)) vectors[word * dimensions + letters.indexOf(letter)]! += 1;
          });
          return { words, vectors };
        });
      }
    },
  };
}

/** All that comes, one after another. */
export async function inOne<T>(groups: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const group of groups) all.push(...group);
  return all;
}
