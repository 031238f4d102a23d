import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tinyEncoderFiles } from '../../wasm-models/tiny/encoder.ts';
import { learnVocabulary } from '../../wasm-models/tiny/learn-vocabulary.ts';
import { readEncoderConfig } from '../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../wasm-models/weights/open.ts';
import { importEncoder } from '../../wasm-models/weights/transfer.ts';
import { diskFolder, readJson, TINY } from '../model-folders.ts';

const vocabulary = readFileSync(join(import.meta.dirname, '../../wasm-models/tiny/vocabulary.txt'), 'utf8').trimEnd().split('\n');
const files = tinyEncoderFiles(vocabulary);

test('the committed tiny encoder is what the script makes, byte for byte', () => {
  expect(readdirSync(TINY).sort()).toEqual(Object.keys(files).sort());
  for (const [name, bytes] of Object.entries(files)) expect(Buffer.compare(readFileSync(join(TINY, name)), bytes), `${name}: run npm run tiny`).toBe(0);
});

test('the tiny encoder stays below a megabyte', () => {
  expect(Object.values(files).reduce((sum, bytes) => sum + bytes.length, 0)).toBeLessThan(1e6);
});

test('the tiny encoder is read like a published one', async () => {
  const folder = diskFolder(TINY);
  const config = readEncoderConfig(await readJson(folder, 'config.json'));
  const encoder = importEncoder(config, await openWeights(folder));
  expect(config.vocabularySize).toBe(vocabulary.length);
  expect(encoder.get('embeddings.word.weight')).toHaveLength(vocabulary.length * 64);
});

test('its vocabulary holds every piece once', () => {
  expect(new Set(vocabulary).size).toBe(vocabulary.length);
});

test('merges take the most frequent neighbours first and stop where a pair is seen once', () => {
  const learnt = learnVocabulary(['abc', 'abc', 'abd', 'xy'], 10_000);
  expect(learnt.filter((piece) => piece.replace('##', '').length > 1 && !piece.startsWith('['))).toEqual(['ab', 'abc']);
});
