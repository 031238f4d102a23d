import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../web/src/dataset/document.ts';
import type { ModelFolder } from '../../../web/src/encode/model-folder.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { Control } from '../../../web/src/train/control.ts';
import type { Scoring } from '../../../web/src/train/evaluation.ts';
import type { Recipe } from '../../../web/src/train/recipe.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import { runTraining, type RunEvent } from '../../../web/src/train/run.ts';
import { seqevalScoring } from '../../../web/src/train/scoring.ts';
import { openTagger } from '../../../web/src/train/tagger.ts';
import { sentence, twentySentences } from './sentences.ts';

/** The tiny encoder that comes with the app. */
const tiny: ModelFolder = {
  name: 'tiny',
  read: (file) => readFile(path.join('web/public/models/tiny', file)).catch(() => undefined),
};

const engine = openNodeEngine({ device: 'cpu', threads: 1 });

/** It has learnt nothing before, so it takes high rates. */
const recipe: Recipe = { ...fewShot, steps: 60, batchSize: 10, learningRate: 2e-3, headLearningRate: 5e-3 };

async function run(documents: Document[], changes: Partial<Recipe> = {}, options: { control?: Control; watch?: string[]; scoring?: Scoring; onEvent?: (event: RunEvent) => void } = {}): Promise<RunEvent[]> {
  const { control = new Control(), watch = [], scoring = seqevalScoring, onEvent } = options;
  const events: RunEvent[] = [];
  for await (const event of runTraining({ documents, recipe: { ...recipe, ...changes }, encoder: tiny, engine, scoring, control, watch })) {
    events.push(event);
    onEvent?.(event);
  }
  return events;
}

const trained = (events: RunEvent[]): Extract<RunEvent, { type: 'trained' }> => events.find((event) => event.type === 'trained')!;

function asFolder(files: Record<string, Uint8Array>): ModelFolder {
  return { name: 'made here', read: (file) => Promise.resolve(files[file]) };
}

describe('the tiny encoder on twenty sentences', () => {
  test('loss falls and F1 on the training sentences reaches 1; the model folder gives the same tags', async () => {
    const train = twentySentences();
    const events = await run([...train, ...twentySentences('test')]);
    const { result, files, reason } = trained(events);
    expect(reason).toBe('finished');
    expect(result.losses).toHaveLength(60);
    expect(result.losses.at(-1)!).toBeLessThan(0.1 * result.losses[0]!);
    expect(result.scores!.micro.f1).toBe(1);
    expect(result.scoredOn).toBe('test');
    expect(result.interval).toEqual({ low: 1, high: 1 });
    expect(result.labels).toEqual(['O', 'B-person', 'I-person', 'B-place', 'I-place']);
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'README.md', 'tagsmith.json']));

    const tagger = await openTagger(asFolder(files), engine);
    const spans = [];
    for await (const group of tagger.tag(train, new Control())) spans.push(...group.map((tagged) => tagged.spans.map(({ start, end, type }) => ({ start, end, type }))));
    expect(spans).toEqual(train.map((document) => document.spans.map(({ start, end, type }) => ({ start, end, type }))));
    await tagger.dispose();
  });

  test('the same recipe gives bit-equal losses', async () => {
    const [first, second] = [await run(twentySentences(), { steps: 8 }), await run(twentySentences(), { steps: 8 })];
    expect(trained(second).result.losses).toEqual(trained(first).result.losses);
  });

  test('another seed gives other losses', async () => {
    const [first, second] = [await run(twentySentences(), { steps: 3 }), await run(twentySentences(), { steps: 3, seed: 2 })];
    expect(trained(second).result.losses).not.toEqual(trained(first).result.losses);
  });

  test('turning validation on leaves the losses as they were', async () => {
    const train = twentySentences();
    const without = await run(train, { steps: 8 });
    const withDev = await run([...train, ...twentySentences('dev')], { steps: 8, evaluateEvery: 2 });
    expect(trained(withDev).result.losses).toEqual(trained(without).result.losses);
    expect(withDev.filter((event) => event.type === 'evaluation')).toHaveLength(4);
  });

  test('gradients of micro-batches add up to those of the batch', async () => {
    const whole = trained(await run(twentySentences(), { steps: 6, dropout: 0 })).result.losses;
    const parts = trained(await run(twentySentences(), { steps: 6, dropout: 0, microBatchSize: 3 })).result.losses;
    parts.forEach((loss, step) => expect(loss).toBeCloseTo(whole[step]!, 4));
  });

  test('watched documents come with every evaluation', async () => {
    const events = await run([...twentySentences(), ...twentySentences('dev')], { steps: 4, evaluateEvery: 2 }, { watch: ['dev-3'] });
    const evaluations = events.filter((event) => event.type === 'evaluation');
    expect(evaluations.map(({ watched }) => watched.map(({ document }) => document))).toEqual([['dev-3'], ['dev-3']]);
  });

  test('frozen parameters are the encoder’s own afterwards', async () => {
    const { files } = trained(await run(twentySentences(), { steps: 4, freezeLayers: 'all' }));
    const encoder = (await tiny.read('model.safetensors'))!;
    const { readSafetensors } = await import('../../../wasm-models/weights/safetensors.ts');
    const [before, after] = [readSafetensors(encoder, 'before'), readSafetensors(files['model.safetensors']!, 'after')];
    const name = after.names.find((candidate) => candidate.endsWith('embeddings.word_embeddings.weight'))!;
    const original = before.names.find((candidate) => candidate.endsWith('embeddings.word_embeddings.weight'))!;
    expect(after.read(name)).toEqual(before.read(original));
  });

  test.each(['mean', 'sum'] as const)('pooling by %s is kept in the folder and used again', async (pooling) => {
    const train = twentySentences();
    const { result, files } = trained(await run([...train, ...twentySentences('test')], { pooling }));
    const tagger = await openTagger(asFolder(files), engine);
    const found = [];
    for await (const group of tagger.tag(train, new Control())) found.push(...group.flatMap(({ spans }) => spans));
    expect(found).toHaveLength(result.predictions.flatMap(({ spans }) => spans).length);
    await tagger.dispose();
  });
});

describe('what chooses the parameters', () => {
  test('without a development split the last step is taken, and it says so', async () => {
    const { result } = trained(await run(twentySentences(), { steps: 2 }));
    expect(result.selection).toEqual({ by: 'last-step', documents: 0 });
    expect(result.bestStep).toBe(2);
    expect(result.scores).toBeNull();
    expect(result.notes.join('\n')).toContain('the parameters of the last step are taken');
  });

  test('with a share to hold out, that many training texts choose, and it says so', async () => {
    const events = await run(twentySentences(), { steps: 4, evaluateEvery: 2, holdOut: 0.2 });
    const { result } = trained(events);
    expect(events.find((event) => event.type === 'started')).toMatchObject({ trainDocuments: 16, selection: { by: 'held-out', documents: 4 } });
    expect(result.scoredOn).toBe('held-out');
    expect(result.predictions).toHaveLength(4);
    expect(result.notes.join('\n')).toContain('4 training texts held out');
  });

  test('a development split chooses, and its score is the best evaluation’s', async () => {
    const events = await run([...twentySentences(), ...twentySentences('dev')], { steps: 40, evaluateEvery: 10 });
    const { result } = trained(events);
    const best = events.findLast((event) => event.type === 'evaluation' && event.best) as Extract<RunEvent, { type: 'evaluation' }>;
    expect(result.scoredOn).toBe('dev');
    expect(result.bestStep).toBe(best.step);
    expect(result.scores).toEqual(best.scores);
  });

  test('a stop is heard during an evaluation, which then does not count', async () => {
    const control = new Control();
    const documents = [...twentySentences(), ...twentySentences('dev')];
    const events = await run(documents, { steps: 1000, evaluateEvery: 4 }, { control, onEvent: (event) => event.type === 'steps' && event.step === 8 && control.stop() });
    expect(events.flatMap((event) => (event.type === 'evaluation' ? [event.step] : []))).toEqual([4]);
    expect(trained(events)).toMatchObject({ reason: 'stopped', result: { steps: 8, bestStep: 4 } });
  });

  test('stopped before its first evaluation, it is scored on the texts that would have chosen', async () => {
    const control = new Control();
    const events = await run([...twentySentences(), ...twentySentences('dev')], { steps: 1000, evaluateEvery: 500 }, { control, onEvent: (event) => event.type === 'steps' && event.step >= 3 && control.stop() });
    const { result } = trained(events);
    expect(result).toMatchObject({ steps: 3, bestStep: 3, scoredOn: 'dev', notes: expect.arrayContaining([expect.stringContaining('Stopped before the first evaluation')]) });
    expect(result.predictions).toHaveLength(20);
    expect(result.scores!.micro.f1).toBeGreaterThanOrEqual(0);
  });

  test('strict scores are those of the very tags that were scored', async () => {
    const seen: string[][][] = [];
    const scoring = {
      ...seqevalScoring,
      score: (gold: readonly string[][], predicted: readonly string[][]) => (seen.push(predicted.map((tags) => [...tags])), seqevalScoring.score(gold, predicted)),
      // As if every tag were out of place.
      strict: (gold: readonly string[][], predicted: readonly string[][]) => (expect(predicted).toEqual(seen.at(-1)), seqevalScoring.strict(gold, predicted.map((tags) => tags.map((tag) => tag.replace('B-', 'I-'))))),
    };
    const { result } = trained(await run([...twentySentences(), ...twentySentences('test')], {}, { scoring }));
    expect(result.scores!.micro.f1).toBe(1);
    expect(result.strictScores!.micro.f1).toBe(0);
  });

  test('stopping keeps a usable tagger', async () => {
    const control = new Control();
    const events = await run(twentySentences(), { steps: 1000 }, { control, onEvent: (event) => event.type === 'steps' && event.step >= 3 && control.stop() });
    const { reason, result, files } = trained(events);
    expect(reason).toBe('stopped');
    expect(result.steps).toBe(3);
    await (await openTagger(asFolder(files), engine)).dispose();
  });
});

describe('rough data', () => {
  test('an empty training split is refused with advice', async () => {
    await expect(run(twentySentences('test'))).rejects.toMatchObject({ message: expect.stringContaining('the training split is empty'), advice: expect.stringContaining('move some') });
  });

  test('training texts without a span are refused with advice', async () => {
    await expect(run([sentence('a', 'Nobody came .')])).rejects.toMatchObject({ message: expect.stringContaining('None of the 1 training texts has a span'), advice: expect.stringContaining('Label') });
  });

  test('development texts without a span can choose nothing, and it says so', async () => {
    const { result } = trained(await run([...twentySentences(), sentence('d', 'Nobody came .', 'dev')], { steps: 2, evaluateEvery: 1 }));
    expect(result.notes.join('\n')).toContain('The texts that choose the parameters hold no span');
  });

  test('a span over white space alone is told of', async () => {
    const blank: Document = { id: 'b', text: 'Nuno  came .', spans: [{ start: 4, end: 6, type: 'person', source: 'manual' }], origin: { file: 'test', line: 1 } };
    const { result } = trained(await run([...twentySentences(), blank], { steps: 1 }));
    expect(result.notes.join('\n')).toContain('1 span without a word left out');
  });

  test('a tagger with labels of another kind is refused', async () => {
    const { files } = trained(await run(twentySentences(), { steps: 1 }));
    const config = JSON.parse(new TextDecoder().decode(files['config.json'])) as { id2label: Record<string, string> };
    config.id2label['1'] = 'LABEL_1';
    await expect(openTagger(asFolder({ ...files, 'config.json': new TextEncoder().encode(JSON.stringify(config)) }), engine)).rejects.toThrow('has the label "LABEL_1"');
  });

  test('one type only is enough', async () => {
    const documents = [sentence('a', '[Nuno](person) came .'), sentence('b', '[Mara](person) went .')];
    const { result } = trained(await run(documents, { steps: 2 }));
    expect(result.labels).toEqual(['O', 'B-person', 'I-person']);
  });

  test('a type that only the test split has is a label, and it is said that it cannot be learnt', async () => {
    const { result } = trained(await run([...twentySentences(), sentence('t', 'The [Salt War](event) ended .', 'test')], { steps: 2 }));
    expect(result.labels).toContain('B-event');
    expect(result.notes.join('\n')).toContain('No training text holds a span of event');
    expect(result.scores!.types.event).toMatchObject({ support: 1 });
  });

  test('a text of 10,000 words is read in windows and every entity counts', async () => {
    const long = Array.from({ length: 1000 }, (_, index) => (index % 10 === 0 ? 'then [Nuno](person) came to [Ketterby](place) and left again by boat' : 'nothing much happened on that day in the whole town')).join(' ');
    const document = sentence('long', long, 'test');
    expect(document.words!.length).toBeGreaterThan(10_000 - 1000);
    const { result } = trained(await run([...twentySentences(), document], { steps: 2 }));
    expect(result.scores!.types.person).toMatchObject({ support: 100 });
    expect(result.notes.join('\n')).toContain('overlapping windows');
  });

  test('spans that share words with a longer one are left out, and it says how many', async () => {
    const documents = twentySentences();
    const first = documents[0]!;
    first.spans.push({ ...first.spans[0]!, end: first.spans[0]!.start + 4, type: 'place' });
    const { result } = trained(await run(documents, { steps: 2 }));
    expect(result.notes.join('\n')).toContain('1 span left out');
  });

  test('a text without words is left out, and it says so', async () => {
    const { result } = trained(await run([...twentySentences(), sentence('empty', '', 'test'), ...twentySentences('test')], { steps: 2 }));
    expect(result.notes.join('\n')).toContain('1 text without a word');
    expect(result.predictions).toHaveLength(21);
  });

  test('windows longer than the encoder takes are shortened, and it says so', async () => {
    const { result } = trained(await run(twentySentences(), { steps: 1, maxTokens: 100_000 }));
    expect(result.notes.join('\n')).toMatch(/windows of at most \d+ sub-tokens/);
  });

  test('more frozen layers than there are is refused with the number there is', async () => {
    await expect(run(twentySentences(), { freezeLayers: 40 })).rejects.toThrow('freezes 40 layers, but tiny has 2');
  });
});
