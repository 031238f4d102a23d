import { expect, test } from 'vitest';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { openNodeModel } from '../../../web/src/engine/node-model.ts';
import { checkExport } from '../../../web/src/export/check.ts';
import { MODEL_FILE } from '../../../web/src/export/compare.ts';
import { exportTagger } from '../../../web/src/export/export-tagger.ts';
import { jsonFile } from '../../../web/src/export/folder-of.ts';
import { readTaggerFiles } from '../../../web/src/export/tagger-parts.ts';
import { openByTransformersJs } from '../../../web/src/export/transformers-js.ts';
import { twentySentences } from '../train/sentences.ts';
import { smallRoberta, smallTagger } from './small-tagger.ts';

const means = { engine: openNodeEngine({ device: 'cpu', threads: 1 }), open: (model: Uint8Array) => openNodeModel(model, 1), openElsewhere: openByTransformersJs };

test.each(['first', 'mean', 'sum'] as const)('an export by the %s of sub-tokens is found to tag as its tagger, words given or not', async (pooling) => {
  const { files } = await exportTagger(await smallTagger(pooling));
  const parts = await readTaggerFiles(files, 'small');
  const texts = [...twentySentences().slice(0, 3), { text: 'Nuno lives in Ketterby.' }, { text: 'Nobody came.' }];
  const found = await checkExport(files, parts, texts, means);
  expect(found).toMatchObject({ texts: 5, different: 0, elsewhere: { texts: 5, words: found.words, different: 0, splitOtherwise: 0 } });
  expect(found.words).toBeGreaterThan(20);
});

/** Capitals, accents, punctuation that touches words, a word that is no word, and a text beyond one window. */
const unruly = [{ text: 'Zoë O’Hara (KETTERBY) paid €3.50 — “naïve”, said the Café.' }, { text: 'Нина живёт в Ålesund; 東京 too!' }, { text: 'a\ufe0f \ufe0f b' }, { text: 'Mara and Nuno met in Ketterby. '.repeat(30) }];

const lowercased = async () => {
  const files = await smallTagger();
  const tokenizer = JSON.parse(new TextDecoder().decode(files['tokenizer.json'])) as { normalizer: object };
  return { ...files, 'tokenizer.json': jsonFile({ ...tokenizer, normalizer: { ...tokenizer.normalizer, lowercase: true } }) };
};

test.each([
  ['a cased BERT', smallTagger],
  ['an uncased BERT', lowercased],
  ['a RoBERTa', smallRoberta],
])('transformers.js splits and tags words as %s was trained to', async (_, make) => {
  const { files } = await exportTagger(await make());
  const { elsewhere, different } = await checkExport(files, await readTaggerFiles(files, 'small'), unruly, means);
  expect(different).toBe(0);
  expect(elsewhere).toMatchObject({ texts: 4, different: 0, splitOtherwise: 0 });
});

test('texts that transformers.js splits otherwise are told apart from tags that differ', async () => {
  const { files } = await exportTagger(await smallTagger());
  const openElsewhere = async () => {
    const other = await openByTransformersJs(files);
    return { ...other, tag: (words: readonly string[]) => other.tag(words.map((word) => word.replace('Ketterby', 'somewhere'))) };
  };
  const { elsewhere, different } = await checkExport(files, await readTaggerFiles(files, 'small'), [{ text: 'She lives in Ketterby.' }, { text: 'Nobody came.' }], { ...means, openElsewhere });
  expect(different).toBe(0);
  expect(elsewhere).toMatchObject({ texts: 1, words: 3, different: 0, splitOtherwise: 1 });
});

test('a folder that transformers.js can’t open is said to be unchecked by it, with its reason', async () => {
  const { files } = await exportTagger(await smallTagger());
  const openElsewhere = () => openByTransformersJs({ ...files, 'onnx/model.onnx': files['onnx/model.onnx']!.subarray(0, 1000) });
  const { elsewhere } = await checkExport(files, await readTaggerFiles(files, 'small'), unruly, { ...means, openElsewhere });
  expect(elsewhere).toEqual({ failure: expect.stringMatching(/protobuf/i) as string });
});

test('a model that is not the tagger’s is noticed', async () => {
  const { files } = await exportTagger(await smallTagger());
  const others = await exportTagger(await smallTagger('mean'));
  const parts = await readTaggerFiles(files, 'small');
  const { different, elsewhere } = await checkExport({ ...files, [MODEL_FILE]: others.files[MODEL_FILE]! }, parts, twentySentences(), means);
  expect(different).toBeGreaterThan(0);
  expect(elsewhere).toMatchObject({ different });
});
