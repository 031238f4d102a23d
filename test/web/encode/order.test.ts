import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planBatches, type OrderOptions } from '../../../web/src/encode/order.ts';
import { loadTokenizer } from '../../../web/src/encode/tokenizer.ts';
import { cutWindows } from '../../../web/src/encode/windows.ts';
import type { WordRange } from '../../../web/src/text/span.ts';
import { diskFolder, minilmFolder } from '../../model-folders.ts';

function take(options: OrderOptions, batches: number): number[][] {
  const plan = planBatches(options);
  return Array.from({ length: batches }, () => plan.next().value);
}

const lengths = Array.from({ length: 103 }, (_, index) => 4 + ((index * 37) % 90));

test('every batch is full', () => {
  expect(new Set(take({ lengths, batchSize: 10, sampling: 'epochs', seed: 1 }, 50).map((batch) => batch.length))).toEqual(new Set([10]));
});

test('each text appears once an epoch', () => {
  const seen = take({ lengths: lengths.slice(0, 100), batchSize: 10, sampling: 'epochs', seed: 1 }, 30);
  for (const epoch of [0, 1, 2]) {
    const drawn = seen.slice(10 * epoch, 10 * epoch + 10).flat();
    expect(drawn.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  }
});

test('where the batch doesn’t divide the texts, no text is drawn twice more than another', () => {
  const counts = new Map<number, number>();
  const plan = planBatches({ lengths, batchSize: 10, sampling: 'epochs', seed: 1 });
  let drawn = 0;
  for (let epoch = 1; epoch <= 20; epoch++) {
    for (; drawn + 10 <= epoch * 103; drawn += 10) for (const example of plan.next().value) counts.set(example, (counts.get(example) ?? 0) + 1);
    const times = lengths.map((_, example) => counts.get(example) ?? 0);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
    expect(Math.max(...times)).toBe(epoch);
  }
});

test('fewer texts than a batch holds are taken all at once', () => {
  for (const batch of take({ lengths: [5, 6, 7], batchSize: 16, sampling: 'epochs', seed: 1 }, 5)) expect(batch.sort()).toEqual([0, 1, 2]);
});

test('independent draws repeat texts and miss others, evenly in the long run', () => {
  const drawn = take({ lengths, batchSize: 103, sampling: 'random', seed: 1 }, 100).map((batch) => new Set(batch).size / 103);
  const distinct = drawn.reduce((sum, share) => sum + share, 0) / drawn.length;
  expect(Math.abs(distinct - (1 - Math.exp(-1)))).toBeLessThan(0.02);
});

test('a seed gives one order, another seed another', () => {
  const order = (seed: number): number[][] => take({ lengths, batchSize: 8, sampling: 'epochs', seed }, 20);
  expect(order(3)).toEqual(order(3));
  expect(order(3)).not.toEqual(order(4));
});

test('short batches don’t all come first', () => {
  const means = take({ lengths, batchSize: 10, sampling: 'epochs', seed: 2 }, 10).map((batch) => batch.reduce((sum, example) => sum + lengths[example]!, 0));
  expect(means).not.toEqual([...means].sort((a, b) => a - b));
});

test('no texts is an error', () => {
  expect(() => planBatches({ lengths: [], batchSize: 8, sampling: 'epochs', seed: 1 }).next()).toThrow('There are no examples to train on.');
});

const WNUT = join(import.meta.dirname, '../../../../shared/data/wnut17/train.conll');
const missing = [...(existsSync(WNUT) ? [] : ['WNUT-17']), ...(minilmFolder() ? [] : ['MiniLM-L6'])];
if (missing.length > 0) console.warn(`Padding on WNUT-17 is not measured: ${missing.join(' and ')} not found.`);

test.skipIf(missing.length > 0).each([16, 32])('at most 15 in 100 tokens of WNUT-17 are padding, %i texts a batch', async (batchSize) => {
  const tokenizer = await loadTokenizer(diskFolder(minilmFolder()!));
  const sentences = readFileSync(WNUT, 'utf8').split('\n\n').filter((sentence) => sentence !== '');
  const real = sentences.flatMap((sentence, index) => {
    const words = sentence.trimEnd().split('\n').map((line) => line.split('\t')[0]!);
    let position = 0;
    const ranges = words.map((word): WordRange => [position, (position += word.length + 1) - 1]);
    return cutWindows(tokenizer.encode(words.join(' '), ranges), index, { maxTokens: 128, special: tokenizer.special }).windows.map(({ ids }) => ids.length);
  });
  let [tokens, padded] = [0, 0];
  for (const batch of take({ lengths: real, batchSize, sampling: 'epochs', seed: 1 }, Math.floor(real.length / batchSize))) {
    const longest = Math.max(...batch.map((example) => real[example]!));
    tokens += batch.reduce((sum, example) => sum + real[example]!, 0);
    padded += batchSize * Math.ceil(longest / 8) * 8;
  }
  expect((padded - tokens) / tokens).toBeLessThanOrEqual(0.15);
});
