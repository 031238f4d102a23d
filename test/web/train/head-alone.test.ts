import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSafetensors } from '../../../wasm-models/weights/safetensors.ts';
import type { Document } from '../../../web/src/dataset/document.ts';
import type { ModelFolder } from '../../../web/src/encode/model-folder.ts';
import type { Engine } from '../../../web/src/engine/engine.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { Control } from '../../../web/src/train/control.ts';
import { loadEncoder } from '../../../web/src/train/encoder.ts';
import { keepsFeatures, repeatedWindows, stackFeatures } from '../../../web/src/train/features.ts';
import { headBatches } from '../../../web/src/train/head-batches.ts';
import { prepareTraining } from '../../../web/src/train/prepare.ts';
import type { Recipe } from '../../../web/src/train/recipe.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import { runTraining, type RunEvent } from '../../../web/src/train/run.ts';
import { seqevalScoring } from '../../../web/src/train/scoring.ts';
import { openTagger } from '../../../web/src/train/tagger.ts';
import { sentence, twentySentences } from './sentences.ts';

const tiny: ModelFolder = { name: 'tiny', read: (file) => readFile(path.join('web/public/models/tiny', file)).catch(() => undefined) };
const encoder = await loadEncoder(tiny);
const cpu = openNodeEngine({ device: 'cpu', threads: 1 });
const frozen: Recipe = { ...fewShot, steps: 30, batchSize: 8, headLearningRate: 1e-2, dropout: 0, freezeLayers: 'all' };

interface Options {
  engine?: Engine;
  control?: Control;
  featureBytes?: number;
  onEvent?: (event: RunEvent) => void;
}

async function run(documents: Document[], changes: Partial<Recipe> = {}, { engine = cpu, onEvent, control = new Control(), ...options }: Options = {}): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of runTraining({ documents, recipe: { ...frozen, ...changes }, encoder: tiny, engine, scoring: seqevalScoring, control, ...options })) {
    events.push(event);
    onEvent?.(event);
  }
  return events;
}

const trained = (events: RunEvent[]): Extract<RunEvent, { type: 'trained' }> => events.find((event) => event.type === 'trained')!;
const evaluations = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'evaluation' ? [event.scores.micro.f1] : []));
const parametersOf = (events: RunEvent[]) => {
  const file = readSafetensors(trained(events).files['model.safetensors']!, 'trained');
  return new Map(file.names.map((name) => [name, file.read(name)]));
};

/** An engine that counts the texts it encodes and the steps it takes. */
function counting(): { engine: Engine; counts: { encoded: number; steps: number; disposed: number; opened: number } } {
  const counts = { encoded: 0, steps: 0, opened: 0, disposed: 0 };
  const engine: Engine = {
    ...cpu,
    async open(graphs, parameters) {
      const session = await cpu.open(graphs, parameters);
      counts.opened++;
      return {
        ...session,
        logits: (batch) => ((counts.encoded += batch.size), session.logits(batch)),
        accumulate: (batch, dropout) => (counts.steps++, session.accumulate(batch, dropout)),
        update: (settings) => session.update(settings),
        takeLosses: () => session.takeLosses(),
        readParameters: () => session.readParameters(),
        dispose: () => (counts.disposed++, session.dispose()),
      };
    },
  };
  return { engine, counts };
}

/** Sentences, some longer than a window of 16 sub-tokens. */
function longAndShort(split?: 'dev' | 'test'): Document[] {
  const all = twentySentences(split);
  const long = Array.from({ length: 6 }, () => 'then [Nuno](person) came to [Ketterby](place) and left').join(' ');
  return [...all, sentence(`long ${split}`, long, split)];
}

describe('a head trained over features', () => {
  test.each(['first', 'mean', 'sum'] as const)('has the losses, scores and parameters of one trained below its encoder, by pooling of %s', async (pooling) => {
    const documents = [...longAndShort(), ...longAndShort('dev'), ...longAndShort('test')];
    const changes: Partial<Recipe> = { pooling, maxTokens: 16, evaluateEvery: 10 };
    const apart = await run(documents, changes);
    const whole = await run(documents, changes, { featureBytes: 0 });
    const [losses, expected] = [trained(apart).result.losses, trained(whole).result.losses];
    expect(losses).toHaveLength(30);
    losses.forEach((loss, step) => expect(Math.abs(loss - expected[step]!)).toBeLessThanOrEqual(1e-5));
    expect(evaluations(apart)).toEqual(evaluations(whole));
    expect(trained(apart).result.scores).toEqual(trained(whole).result.scores);
    expect(trained(apart).result.scores!.micro.f1).toBeGreaterThan(0);
    const [head, wanted] = [parametersOf(apart), parametersOf(whole)];
    expect([...head.keys()]).toEqual([...wanted.keys()]);
    for (const [name, values] of head) {
      const most = name.startsWith('classifier') ? 1e-6 : 0;
      const far = values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - wanted.get(name)![i]!)), 0);
      expect(far, name).toBeLessThanOrEqual(most);
    }
  });

  test('is that of all micro-batches of a step together', async () => {
    const [whole, parts] = [await run(twentySentences()), await run(twentySentences(), { microBatchSize: 3 })];
    trained(parts).result.losses.forEach((loss, step) => expect(Math.abs(loss - trained(whole).result.losses[step]!)).toBeLessThanOrEqual(1e-5));
  });

  test('drops out numbers of its own, the same with the same seed', async () => {
    const losses = async (changes: Partial<Recipe>) => trained(await run(twentySentences(), { steps: 5, ...changes })).result.losses;
    const [without, first, second, other] = [await losses({}), await losses({ dropout: 0.3 }), await losses({ dropout: 0.3 }), await losses({ dropout: 0.3, seed: 2 })];
    expect(second).toEqual(first);
    expect(first).not.toEqual(without);
    expect(other).not.toEqual(first);
  });

  test('makes a tagger whose folder gives the tags that were scored', async () => {
    const test = longAndShort('test');
    const { result, files } = trained(await run([...longAndShort(), ...test], { maxTokens: 16 }));
    const tagger = await openTagger({ name: 'made here', read: (file) => Promise.resolve(files[file]) }, cpu);
    const spans = [];
    for await (const group of tagger.tag(test, new Control())) spans.push(...group.map((tagged) => tagged.spans.map(({ start, end, type }) => ({ start, end, type }))));
    expect(spans).toEqual(result.predictions.map(({ spans: found }) => found.map(({ start, end, type }) => ({ start, end, type }))));
    expect(spans.flat().length).toBeGreaterThan(0);
    await tagger.dispose();
  });
});

describe('what a frozen encoder computes', () => {
  test('is each text once, however many steps and evaluations there are', async () => {
    const { engine, counts } = counting();
    const events = await run([...twentySentences(), ...twentySentences('dev'), ...twentySentences('test')], { evaluateEvery: 3 }, { engine });
    expect(counts).toEqual({ encoded: 60, steps: 0, opened: 1, disposed: 1 });
    expect(trained(events).result.notes).toContainEqual(expect.stringMatching(/^The encoder is frozen: the vectors of \d+ words were computed once, without dropout inside the encoder/));
  });

  test('is told while it goes on, before the first step', async () => {
    const events = await run([...twentySentences(), ...twentySentences('dev')]);
    const progress = events.flatMap((event) => (event.type === 'progress' && event.stage === 'features' ? [[event.done, event.total]] : []));
    expect(progress.at(-1)).toEqual([40, 40]);
    expect(progress.length).toBeGreaterThan(1);
    const order = events.map((event) => (event.type === 'progress' ? event.stage : event.type));
    expect(order.lastIndexOf('features')).toBeLessThan(order.indexOf('started'));
  });

  test('is only what the steps draw', () => {
    const documents = twentySentences();
    const drawn = (changes: Partial<Recipe>) => repeatedWindows(prepareTraining(documents, { ...frozen, ...changes }, encoder)).length;
    expect(drawn({ steps: 2, batchSize: 4 })).toBe(8);
    expect(drawn({ steps: 2, batchSize: 4, sampling: 'random' })).toBeLessThanOrEqual(8);
    expect(drawn({ steps: 1000, batchSize: 4, sampling: 'random' })).toBe(20);
  });

  test.each([['all'], [2]] as const)('is kept with %s of its two layers frozen, and not with one that is trained', (freezeLayers) => {
    const keeps = (changes: Partial<Recipe>) => keepsFeatures(prepareTraining(twentySentences(), { ...frozen, ...changes }, encoder), 1e9);
    expect(keeps({ freezeLayers })).toBe(true);
    expect(keeps({ freezeLayers: 1 })).toBe(false);
  });

  test('is computed in every step where it would take too much memory to keep, and it says so', async () => {
    const prepared = prepareTraining(twentySentences(), frozen, encoder);
    const words = prepared.train.words.flat().length;
    const bytes = words * encoder.config.hiddenSize * 4;
    expect([bytes, bytes - 1].map((most) => keepsFeatures(prepared, most))).toEqual([true, false]);
    const { engine, counts } = counting();
    const events = await run(twentySentences(), {}, { engine, featureBytes: bytes - 1 });
    expect(counts.steps).toBe(frozen.steps);
    expect(trained(events).result.notes).toContainEqual(expect.stringContaining('the encoder runs in every step'));
  });

  test('ends when it is told to: nothing is trained or scored, and the device is given back', async () => {
    const control = new Control();
    const { engine, counts } = counting();
    const documents = [...longAndShort(), ...longAndShort('dev'), ...longAndShort('test')];
    const events = await run(documents, {}, { engine, control, onEvent: (event) => event.type === 'progress' && event.stage === 'features' && control.stop() });
    expect(events.filter((event) => event.type === 'progress' && event.stage === 'features')).toHaveLength(1);
    expect(trained(events)).toMatchObject({ reason: 'stopped', result: { steps: 0, scores: null } });
    expect(counts.encoded).toBeLessThan(42);
    expect(counts.disposed).toBe(1);
  });

  test('is given up with whoever listens', async () => {
    const { engine, counts } = counting();
    for await (const event of runTraining({ documents: twentySentences(), recipe: frozen, encoder: tiny, engine, scoring: seqevalScoring, control: new Control() })) {
      if (event.type === 'progress' && event.stage === 'features') break;
    }
    expect(counts).toMatchObject({ opened: 1, disposed: 1 });
  });
});

test('a batch of features holds the words of its windows in order, each weighing the same', () => {
  const prepared = prepareTraining(longAndShort(), { ...frozen, maxTokens: 16, batchSize: 64 }, encoder);
  const features = new Map(prepared.train.windows.map((window) => [window, Float32Array.from({ length: (window.ownedTo - window.ownedFrom) * encoder.config.hiddenSize }, () => window.text)]));
  const [batch] = headBatches(prepared, features).next().value;
  const words = prepared.train.words.flat().length;
  expect(batch!.rows).toBe(words);
  expect(batch!.features).toHaveLength(words * encoder.config.hiddenSize);
  expect(batch!.weights.every((weight) => weight === Math.fround(1 / words))).toBe(true);
  const tagged = Array.from({ length: words }, (_, row) => batch!.targets.subarray(row * prepared.labels.length, (row + 1) * prepared.labels.length).indexOf(1));
  const outside = tagged.filter((label) => label === 0).length;
  expect(outside).toBe(prepared.train.tags.flat().filter((tag) => tag === 'O').length);
  expect(() => stackFeatures(prepared.train.windows, new Map())).toThrow('was not encoded');
});
