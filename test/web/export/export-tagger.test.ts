import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Pooling } from '../../../wasm-models/models/config.ts';
import { writeSafetensors } from '../../../wasm-models/weights/safetensors.ts';
import { exportTagger as publishedTensors } from '../../../wasm-models/weights/transfer.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { openNodeModel } from '../../../web/src/engine/node-model.ts';
import { compareModels, INT8_FILE, MODEL_FILE } from '../../../web/src/export/compare.ts';
import { exportTagger, packTagger } from '../../../web/src/export/export-tagger.ts';
import { folderOf } from '../../../web/src/export/folder-of.ts';
import { forwardOf } from '../../../web/src/export/model-forward.ts';
import { readTaggerFiles } from '../../../web/src/export/tagger-parts.ts';
import { Control } from '../../../web/src/train/control.ts';
import type { ModelFiles } from '../../../web/src/train/protocol.ts';
import { openTagger } from '../../../web/src/train/tagger.ts';
import { labelTexts } from '../../../web/src/train/texts.ts';
import { labelWindows } from '../../../web/src/train/label-windows.ts';
import { loadTokenizer } from '../../../web/src/encode/tokenizer.ts';
import { concatenate } from '../../../web/src/dataset/formats/bytes.ts';
import { twentySentences } from '../train/sentences.ts';
import { LABELS, smallTagger } from './small-tagger.ts';

const read = (files: ModelFiles, name: string): string => new TextDecoder().decode(files[name]);
const json = (files: ModelFiles, name: string): Record<string, unknown> => JSON.parse(read(files, name)) as Record<string, unknown>;

/** Tags of the sentences by the tagger's own graphs. */
async function ownTags(files: ModelFiles): Promise<string[][]> {
  const tagger = await openTagger(folderOf(files, 'small'), openNodeEngine({ device: 'cpu', threads: 1 }));
  const tags: string[][] = [];
  for await (const group of tagger.tag(twentySentences(), new Control())) for (const text of group) tags.push(text.tags);
  await tagger.dispose();
  return tags;
}

async function tagsOf(files: ModelFiles, model: string, pooling: Pooling): Promise<string[][]> {
  const tokenizer = await loadTokenizer(folderOf(files, 'small'));
  const { words, windows } = labelTexts(twentySentences(), tokenizer, { maxTokens: 64 });
  const session = await openNodeModel(files[model]!, 1);
  const found = await labelWindows(forwardOf(session, LABELS.length), windows, words.map(({ length }) => length), { engine: { kind: 'cpu', padding: { multipleOf: 1 } }, labels: LABELS.length, rowOf: (id) => id, padding: 0, positionOffset: 0, pooling });
  await session.dispose();
  return found!.map(({ labels }) => Array.from(labels, (label) => LABELS[label]!));
}

test.each(['first', 'mean', 'sum'] as const)('the exported model tags words by their %s as the tagger itself does', async (pooling) => {
  const given = await smallTagger(pooling);
  const { files } = await exportTagger(given);
  const tags = await ownTags(given);
  expect(new Set(tags.flat()).size).toBeGreaterThan(2);
  expect(await tagsOf(files, MODEL_FILE, pooling)).toEqual(tags);
  expect(Object.keys(files).includes('load_tagger.py')).toBe(pooling !== 'first');
});

test('a tagger of ours keeps its weights, byte for byte', async () => {
  const given = await smallTagger();
  const { files } = await exportTagger(given);
  expect(files['model.safetensors']).toBe(given['model.safetensors']);
  expect(json(files, 'config.json')).toEqual(json(given, 'config.json'));
});

test('both models are compared on labelled texts, and the card tells', async () => {
  const { files, comparison } = await exportTagger(await smallTagger(), {
    int8: true,
    compare: (own, parts) => compareModels(own, parts, twentySentences(), (model) => openNodeModel(model, 1)),
  });
  expect(files[INT8_FILE]!.length).toBeLessThan(files[MODEL_FILE]!.length / 2);
  expect(comparison).toMatchObject({ texts: 20, bytes: { f32: files[MODEL_FILE]!.length, int8: files[INT8_FILE]!.length } });
  expect(comparison!.sameTags / comparison!.words).toBeGreaterThan(0.8);
  expect(read(files, 'README.md')).toMatch(/int8\): 0\.\d MB instead of 0\.\d MB\. On 20 texts its micro-F1 is/);
});

test('the card keeps what the training wrote, names the data set and replaces how it is used', async () => {
  const card = read((await exportTagger(await smallTagger(), { dataset: 'People *and*\nplaces' })).files, 'README.md');
  expect(card).toContain('F1 57.3');
  expect(card).not.toContain('As before.');
  expect(card).toContain('People \\*and\\* places');
  expect([...card.matchAll(/^## .+/gm)].map(String)).toEqual(['## Scores', '## Use', '## Data', '## Licence']);
  for (const snippet of ['AutoModelForTokenClassification.from_pretrained(".")', 'onnxruntime.InferenceSession', "from '@huggingface/transformers'"]) expect(card).toContain(snippet);
});

test('the card of a tagger that pools words says first of all which loader gives other results', async () => {
  const card = read((await exportTagger(await smallTagger('mean'))).files, 'README.md');
  expect(/^## .+\n\n.+/m.exec(card)?.[0]).toMatch(/^## Before you load it\n\nThe vector of a word is the mean .*`AutoModelForTokenClassification`.*\*\*gives other results\*\*/);
});

test('a tokenizer that says nothing of itself is described as its tokenizer.json works', async () => {
  const { 'tokenizer_config.json': _, ...given } = await smallTagger();
  const { files } = await exportTagger(given);
  expect(json(files, 'tokenizer_config.json')).toMatchObject({ tokenizer_class: 'BertTokenizer', do_lower_case: false, cls_token: '[CLS]', pad_token: '[PAD]', model_max_length: 128, model_input_names: ['input_ids', 'token_type_ids', 'attention_mask'] });
  expect(json(files, 'special_tokens_map.json')).toEqual({ unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' });
});

test('a tokenizer that cuts and fills up unasked does so no more', async () => {
  const given = await smallTagger();
  const definition = { ...json(given, 'tokenizer.json'), truncation: { max_length: 8, strategy: 'LongestFirst', stride: 0 }, padding: { strategy: { Fixed: 8 } } };
  const { files } = await exportTagger({ ...given, 'tokenizer.json': new TextEncoder().encode(JSON.stringify(definition)) });
  expect(json(files, 'tokenizer.json')).toMatchObject({ truncation: null, padding: null });
});

test('code of other people is not passed on', async () => {
  const given = await smallTagger();
  const withCode = (name: string): Uint8Array => new TextEncoder().encode(JSON.stringify({ ...json(given, name), auto_map: { AutoModel: 'evil.Model' } }));
  const { files } = await exportTagger({ ...given, 'config.json': withCode('config.json'), 'tokenizer_config.json': withCode('tokenizer_config.json') });
  for (const name of Object.keys(files)) if (name.endsWith('.json')) expect(read(files, name)).not.toContain('evil');
});

test('the archive holds every file, weights as they are, and unpacks in another program', async () => {
  const { files } = await exportTagger(await smallTagger());
  const parts: Uint8Array[] = [];
  for await (const part of packTagger(files)) parts.push(part);
  expect(parts).toContain(files['model.safetensors']);
  const unpacked = unzipSync(concatenate(parts));
  expect(Object.keys(unpacked).sort()).toEqual(Object.keys(files).sort());
  for (const [name, bytes] of Object.entries(unpacked)) expect(Buffer.compare(bytes, files[name]!)).toBe(0);
});

test('a published folder with half floats is exported as float32', async () => {
  const given = await smallTagger();
  const { config, labels, parameters } = await readTaggerFiles(given, 'small');
  const half = writeSafetensors(publishedTensors(config, parameters), { dtype: 'F16' });
  const { files } = await exportTagger({ ...given, 'model.safetensors': half });
  const again = await readTaggerFiles(files, 'exported');
  expect(again.weights.dtype('classifier.weight')).toBe('F32');
  expect(again.labels).toEqual(labels);
  expect(files['model.safetensors']!.length).toBeGreaterThan(1.9 * half.length);
});
