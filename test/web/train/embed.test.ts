import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fork } from '../../../web/src/dataset/random.ts';
import type { ModelFolder } from '../../../web/src/encode/model-folder.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { Control } from '../../../web/src/train/control.ts';
import { openEmbedder, type Embedder } from '../../../web/src/train/embed.ts';
import { plainProducts } from '../../../web/cli/bench/plain-products.ts';
import { inOne } from '../llm/neighbours/letter-tools.ts';
import { twentySentences } from './sentences.ts';

const tiny: ModelFolder = { name: 'tiny', read: (file) => readFile(path.join('web/public/models/tiny', file)).catch(() => undefined) };
const engine = openNodeEngine({ device: 'cpu', threads: 1 });
let embedder: Embedder;
beforeAll(async () => {
  embedder = await openEmbedder(tiny, engine);
});
afterAll(() => embedder.dispose());

const embedAll = (texts: readonly { text: string }[]) => inOne(embedder.embed(texts, new Control()));

describe('embeddings', () => {
  test('are one vector a word, the same whatever texts are beside it', async () => {
    const texts = twentySentences();
    const together = await embedAll(texts);
    expect(together.map(({ words }) => words)).toEqual(texts.map(({ words }) => words));
    const [alone] = await embedAll([texts[1]!]);
    expect(alone!.vectors.length).toBe(texts[1]!.words!.length * embedder.dimensions);
    alone!.vectors.forEach((value, i) => expect(value).toBeCloseTo(together[1]!.vectors[i]!, 4));
  });

  test('of a word depend on the words around it', async () => {
    const [first, second] = await embedAll([{ text: 'Nuno came' }, { text: 'Nuno closed' }]);
    const word = (vectors: Float32Array) => [...vectors.subarray(0, embedder.dimensions)];
    expect(word(first!.vectors)).not.toEqual(word(second!.vectors));
  });

  test('stop where they are told to', async () => {
    const control = new Control();
    control.stop();
    expect(await inOne(embedder.embed(twentySentences(), control))).toEqual([]);
  });
});

test('an engine’s products are those of plain arithmetic, but for the rounding of their factors', async () => {
  const { float } = fork(1, 'products');
  const numbers = (count: number) => Float32Array.from({ length: count }, () => float() - 0.5);
  const [rows, vectors] = [numbers(7 * 5), numbers(3 * 2 * 5)];
  const [own, plain] = [await engine.openProducts(rows, 5), await plainProducts(rows, 5)];
  const expected = await plain.largest(vectors, 3, 2);
  const got = await own.largest(vectors, 3, 2);
  expect(got.length).toBe(3 * 7);
  got.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(0.01));
  expect(await own.largest(new Float32Array(5), 1, 1)).toEqual(new Float32Array(7));
  await own.dispose();
});
