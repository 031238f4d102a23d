import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { readTaggerDescription } from '../../wasm-models/weights/encoder-config.ts';
import { writeConll } from '../../web/src/dataset/formats/write-conll.ts';
import { loadTokenizer } from '../../web/src/encode/tokenizer.ts';
import { openFolder } from '../../web/src/models/node/folder.ts';
import { readJson } from '../../web/src/train/encoder.ts';
import { labelTexts } from '../../web/src/train/texts.ts';
import { twentySentences } from '../web/train/sentences.ts';
import { jsonOf, tagsmith, type Finished } from './command.ts';

let folder: string;
let files: { train: string; test: string; model: string };
let trained: Finished;

const settings = ['--encoder', 'tiny', '--steps', '60', '--batch', '10', '--lr', '2e-3', '--head-lr', '5e-3', '--threads', '1', '--json'];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-cli-'));
  files = { train: path.join(folder, 'train.conll'), test: path.join(folder, 'test.conll'), model: path.join(folder, 'model') };
  await writeFile(files.train, [...writeConll(twentySentences())].join(''));
  await writeFile(files.test, [...writeConll(twentySentences())].join(''));
  trained = await tagsmith(['train', '--train', files.train, '--test', files.test, '--out', files.model, ...settings]);
}, 120_000);

test('train prints one JSON object and nothing else on standard output', () => {
  const json = jsonOf(trained);
  expect(json.scores.micro).toEqual({ precision: 1, recall: 1, f1: 1 });
  expect(json.scores.types).toEqual({ person: { precision: 1, recall: 1, f1: 1, support: 15 }, place: { precision: 1, recall: 1, f1: 1, support: 15 } });
  expect(json).toMatchObject({ steps: 60, bestStep: 60, seed: 1, model: files.model, scoredOn: 'test', selection: { by: 'last-step', documents: 0 }, stepMs: { median: expect.any(Number), p90: expect.any(Number) } });
  expect(json.losses).toHaveLength(60);
  expect(json.recipe).toMatchObject({ name: 'few-shot', steps: 60, batchSize: 10, learningRate: 2e-3, headLearningRate: 5e-3 });
});

test('progress and notes are on standard error', () => {
  expect(trained.stderr).toContain('Training tiny on 20 texts');
  expect(trained.stderr).toContain('the parameters of the last step are taken');
});

test('the folder is laid out as the Hugging Face hub has it', async () => {
  expect(await readdir(files.model)).toEqual(expect.arrayContaining(['README.md', 'config.json', 'model.safetensors', 'tagsmith.json', 'tokenizer.json', 'tokenizer_config.json']));
  const config = JSON.parse(await readFile(path.join(files.model, 'config.json'), 'utf8'));
  expect(config.id2label).toEqual({ 0: 'O', 1: 'B-person', 2: 'I-person', 3: 'B-place', 4: 'I-place' });
  expect(config.label2id['B-place']).toBe(3);
  expect(config.architectures).toEqual(['BertForTokenClassification']);
});

test('onnx/model.onnx gives the labels of the training sentences at each word’s first sub-token', async () => {
  const session = await InferenceSession.create(path.join(files.model, 'onnx/model.onnx'));
  expect(session.inputNames).toEqual(['input_ids', 'attention_mask', 'token_type_ids']);
  const folder = await openFolder(files.model);
  const { words, windows, tags } = labelTexts(twentySentences(), await loadTokenizer(folder), { maxTokens: 128 });
  const { labels } = readTaggerDescription(await readJson(folder, 'config.json'));
  for (const { text, ids, wordStarts } of windows) {
    const int64 = (values: Iterable<number>): Tensor => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, ids.length]);
    const { logits } = await session.run({ input_ids: int64(ids), attention_mask: int64(ids.map(() => 1)), token_type_ids: int64(ids.map(() => 0)) });
    expect(logits!.dims).toEqual([1, ids.length, labels.length]);
    const scores = logits!.data as Float32Array;
    const best = words[text]!.map((_, word) => {
      const row = Array.from(scores.subarray(wordStarts[word]! * labels.length, (wordStarts[word]! + 1) * labels.length));
      return labels[row.indexOf(Math.max(...row))];
    });
    expect(best).toEqual(tags[text]);
  }
});

test('export packs the tagger with what 8-bit weights cost; predict and a further training read the archive', async () => {
  const out = path.join(folder, 'tagger.zip');
  const json = jsonOf(await tagsmith(['export', '--model', files.model, '--out', out, '--int8', '--check', files.test, '--threads', '1', '--json']));
  expect(Object.keys(json.files)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json', 'special_tokens_map.json', 'onnx/model.onnx', 'onnx/model_quantized.onnx', 'README.md']));
  expect(json.comparison).toMatchObject({ texts: 20, f32: { micro: { f1: 1 } } });
  expect(json.bytes).toBe((await readFile(out)).length);

  const tagged = path.join(folder, 'by-archive.conll');
  jsonOf(await tagsmith(['predict', '--model', out, '--input', files.test, '--out', tagged, '--threads', '1', '--json']));
  expect(await readFile(tagged, 'utf8')).toBe(await readFile(files.test, 'utf8'));
  const further = jsonOf(await tagsmith(['train', '--train', files.train, '--encoder', out, '--steps', '2', '--threads', '1', '--json']));
  expect(further.losses[0]).toBeLessThan(0.2);
  expect(further.notes[0]).toBe(`${out} is a tagger already: it goes on from what it knows of 5 labels.`);
}, 120_000);

test('export says what is wrong with an archive, and what to do', async () => {
  const { status, stderr } = await tagsmith(['export', '--model', files.train.replace('.conll', '.zip'), '--out', path.join(folder, 'x.zip')]);
  expect(stderr).toContain('There is no file');
  await writeFile(path.join(folder, 'broken.zip'), 'PK\u0003\u0004 and no more');
  const broken = await tagsmith(['export', '--model', path.join(folder, 'broken.zip'), '--out', path.join(folder, 'x.zip')]);
  expect(broken.stderr).toContain('broken.zip is damaged: its end is missing, where a ZIP archive lists its files. Was the download complete?\nExport the tagger again');
  expect([status, broken.status]).toEqual([1, 1]);
});

test('the same command gives bit-equal losses', async () => {
  const again = await tagsmith(['train', '--train', files.train, '--test', files.test, ...settings]);
  expect(jsonOf(again).losses).toEqual(jsonOf(trained).losses);
  expect(jsonOf(again).model).toBeNull();
}, 60_000);

test('predict keeps tokens and sentences of a CoNLL file, one tab between token and tag', async () => {
  const out = path.join(folder, 'predicted.conll');
  const json = jsonOf(await tagsmith(['predict', '--model', files.model, '--input', files.test, '--out', out, '--threads', '1', '--json']));
  expect(json).toMatchObject({ texts: 20, spans: 30, out });
  expect(await readFile(out, 'utf8')).toBe(await readFile(files.test, 'utf8'));
  const scored = jsonOf(await tagsmith(['evaluate', '--gold', files.test, '--pred', out, '--mode', 'strict', '--json']));
  expect(scored.scores.micro.f1).toBe(1);
}, 60_000);

test('predict writes JSON Lines with offsets in code points', async () => {
  const input = path.join(folder, 'running.txt');
  const out = path.join(folder, 'predicted.jsonl');
  await writeFile(input, 'On Monday Nuno went to Ketterby.\n\n🏮🏮 On Monday Nuno went to Ketterby.\n');
  jsonOf(await tagsmith(['predict', '--model', files.model, '--input', input, '--out', out, '--threads', '1', '--json']));
  const lines = (await readFile(out, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  for (const { text, spans } of lines) {
    const letters = Array.from(text as string);
    const found = spans.map(({ start, end, label }: { start: number; end: number; label: string }) => [letters.slice(start, end).join(''), label]);
    expect(found).toEqual([['Nuno', 'person'], ['Ketterby', 'place']]);
    for (const { score } of spans) expect(score).toBeGreaterThan(0.5);
  }
}, 60_000);

test('predict says so before it tags where there is no place for its file', async () => {
  const out = path.join(folder, 'missing', 'predicted.jsonl');
  const { status, stdout, stderr } = await tagsmith(['predict', '--model', files.model, '--input', files.test, '--out', out, '--threads', '1', '--json']);
  expect(stderr).toBe(`tagsmith: --out ${out}: there is no folder ${path.join(folder, 'missing')}. Make it first.\n`);
  expect(stdout).toBe('');
  expect(status).toBe(1);
}, 60_000);

test('evaluate counts a half-right file as seqeval does', async () => {
  const gold = path.join(folder, 'gold.conll');
  const predicted = path.join(folder, 'half.conll');
  await writeFile(gold, 'Mara\tB-person\nLindqvist\tI-person\nleft\tO\nKetterby\tB-place\n\n');
  await writeFile(predicted, 'Mara\tB-person\nLindqvist\tO\nleft\tO\nKetterby\tI-place\n\n');
  const lenient = jsonOf(await tagsmith(['evaluate', '--gold', gold, '--pred', predicted, '--json']));
  expect(lenient.scores.micro).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
  expect(lenient.scores.types.place).toEqual({ precision: 1, recall: 1, f1: 1, support: 1 });
  const strict = jsonOf(await tagsmith(['evaluate', '--gold', gold, '--pred', predicted, '--mode', 'strict', '--json']));
  expect(strict.scores.micro.f1).toBe(0);
});

test('evaluate says where two files hold different tokens', async () => {
  const other = path.join(folder, 'other.conll');
  await writeFile(other, 'Mara\tB-person\n\n');
  const { status, stderr } = await tagsmith(['evaluate', '--gold', path.join(folder, 'gold.conll'), '--pred', other]);
  expect(stderr).toContain('Text 1 has 4 tokens in');
  expect(status).toBe(1);
});

test('evaluate tells of texts with as many tokens but other ones', async () => {
  const other = path.join(folder, 'shifted.conll');
  await writeFile(other, 'Ketterby\tB-place\nleft\tO\nMara\tB-person\nLindqvist\tI-person\n\n');
  const json = jsonOf(await tagsmith(['evaluate', '--gold', path.join(folder, 'gold.conll'), '--pred', other, '--json']));
  expect(json.notes.join('\n')).toContain('1 of 1 texts have as many tokens');
});

test('bench step tells the median times, parameters and bytes', async () => {
  const json = jsonOf(await tagsmith(['bench', 'step', '--encoder', 'tiny', '--batch', '2', '--tokens', '16', '--steps', '3', '--threads', '1', '--json']));
  expect(json.forwardBackwardMs.median).toBeGreaterThan(0);
  expect(json.optimizerMs.median).toBeGreaterThan(0);
  expect(json.bytes).toBe(16 * json.parameters);
});

test('bench epoch holds batches padded to their own length against the same padded to 128', async () => {
  const json = jsonOf(await tagsmith(['bench', 'epoch', '--data', files.train, '--encoder', 'tiny', '--batch', '5', '--steps', '2', '--threads', '1', '--json']));
  expect(json).toMatchObject({ batches: 2, batchesOfEpoch: 4, maxTokens: 128, longest: { tokens: 2 * 5 * 128 } });
  expect(json.own.tokens).toBeLessThan(json.longest.tokens / 4);
  expect(json.ratio).toBeCloseTo(json.own.ms / json.longest.ms);
});

test('models list names the default encoder', async () => {
  const json = jsonOf(await tagsmith(['models', 'list', '--json']));
  expect(json.models.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['minilm-l6', 'tiny']));
});
