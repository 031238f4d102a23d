import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../web/src/dataset/document.ts';
import type { ModelFolder } from '../../../web/src/encode/model-folder.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { Checkpoints } from '../../../web/src/storage/trainings/checkpoints.ts';
import type { Checkpoint, Keeper } from '../../../web/src/train/checkpoint.ts';
import { Control } from '../../../web/src/train/control.ts';
import type { Recipe } from '../../../web/src/train/recipe.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import { runTraining, type RunEvent } from '../../../web/src/train/run.ts';
import { seqevalScoring } from '../../../web/src/train/scoring.ts';
import { TrainingError } from '../../../web/src/train/training-error.ts';
import { MemoryFolder } from '../storage/trainings/memory-folder.ts';
import { sentence, twentySentences } from './sentences.ts';

const tiny: ModelFolder = { name: 'tiny', read: (file) => readFile(path.join('web/public/models/tiny', file)).catch(() => undefined) };
const engine = openNodeEngine({ device: 'cpu', threads: 1 });
const quick: Recipe = { ...fewShot, steps: 14, batchSize: 8, learningRate: 2e-3, headLearningRate: 5e-3, evaluateEvery: 4, dropout: 0.1 };

interface Broken {
  /** Steps that are done when the program is killed. */
  at: number;
  /** Steps between two checkpoints. */
  every: number;
}

/** A training that is killed, or goes to its end where `broken` is null; checkpoints lie in `folder`. */
async function run(documents: Document[], recipe: Recipe, folder: MemoryFolder | null, broken: Broken | null, checkpoint: Checkpoint | null = null): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const checkpoints = folder && new Checkpoints(folder);
  let asked = 0;
  const keeper: Keeper | null = checkpoints && { due: () => ++asked % (broken?.every ?? 5) === 0, save: async (take) => checkpoints.save(await take()) };
  for await (const event of runTraining({ documents, recipe, encoder: tiny, engine, scoring: seqevalScoring, control: new Control(), checkpoint, ...(keeper ? { keeper } : {}) })) {
    events.push(event);
    if (broken && event.type === 'steps' && event.step >= broken.at) break;
  }
  return events;
}

const resultOf = (events: RunEvent[]) => {
  const { result, files, reason } = events.find((event) => event.type === 'trained')!;
  const { stepMs: _, ...rest } = result;
  return { reason, ...rest, weights: files['model.safetensors']! };
};
const evaluationsOf = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'evaluation' ? [{ step: event.step, scores: event.scores, best: event.best }] : []));
const startOf = (events: RunEvent[]) => events.find((event) => event.type === 'started')!;

/** Killed and gone on, it is the training that was never killed, to the last bit. */
async function expectTheSame(documents: Document[], recipe: Recipe, broken: Broken, from: number): Promise<void> {
  const straight = await run(documents, recipe, null, null);
  const folder = new MemoryFolder();
  await run(documents, recipe, folder, broken);
  const checkpoint = await new Checkpoints(folder).read();
  expect(checkpoint!.progress.state.step).toBe(from);
  const continued = await run(documents, recipe, new MemoryFolder(folder.files), null, checkpoint);
  expect(startOf(continued).before).toMatchObject({ step: from, losses: resultOf(straight).losses.slice(0, from) });
  expect(resultOf(continued)).toEqual(resultOf(straight));
  expect([...startOf(continued).before!.evaluations, ...evaluationsOf(continued)]).toEqual(evaluationsOf(straight));
}

describe('a training that goes on from a checkpoint is the one that was never broken off', () => {
  const documents = [...twentySentences(), ...twentySentences('dev').slice(0, 6), ...twentySentences('test').slice(0, 6)];

  test.each([{ at: 4, every: 3, from: 3 }, { at: 9, every: 4, from: 8 }, { at: 14, every: 13, from: 13 }])('killed at step $at with a checkpoint every $every steps, dropout on, a dev split', async ({ from, ...broken }) => {
    await expectTheSame(documents, quick, broken, from);
  });

  test('where the best step is before the kill, and nothing but dev is scored', async () => {
    const withoutTest = documents.filter(({ split }) => split !== 'test');
    await expectTheSame(withoutTest, { ...quick, learningRate: 0.05, headLearningRate: 0.5, patience: 5 }, { at: 11, every: 5 }, 10);
  });

  test('with two passes a step, a layer frozen, and labels mixed anew each epoch', async () => {
    const overlapping = documents.map((document) => ({ ...document, spans: document.spans.flatMap((span) => [span, { ...span, type: 'other', source: 'llm' as const }]) }));
    await expectTheSame(overlapping, { ...quick, microBatchSize: 5, freezeLayers: 1, overlap: 'mix' }, { at: 7, every: 6 }, 6);
  });

  test('of the head alone', async () => {
    await expectTheSame(documents, { ...quick, freezeLayers: 'all' }, { at: 8, every: 7 }, 7);
  });

  test('that ended early does not begin again', async () => {
    const recipe = { ...quick, learningRate: 0, headLearningRate: 0, patience: 1, steps: 40 };
    const scored = documents.map((document) => ({ ...document, spans: [] as Document['spans'] }));
    scored[0] = sentence('one', '[Mara Lindqvist](person) spoke .', 'train');
    await expectTheSame(scored, recipe, { at: 6, every: 5 }, 5);
  });
});

test('a pause leaves a checkpoint', async () => {
  const folder = new MemoryFolder();
  const checkpoints = new Checkpoints(folder);
  const control = new Control();
  const keeper: Keeper = { due: () => false, save: async (take) => checkpoints.save(await take()) };
  for await (const event of runTraining({ documents: twentySentences(), recipe: quick, encoder: tiny, engine, scoring: seqevalScoring, control, keeper })) {
    if (event.type === 'steps' && event.step === 3) control.pause();
    if (event.type === 'paused') break;
  }
  expect((await checkpoints.progress())?.state.step).toBe(3);
});

test('a checkpoint of another training is refused in words', async () => {
  const folder = new MemoryFolder();
  await run(twentySentences(), quick, folder, { at: 5, every: 4 });
  const checkpoint = await new Checkpoints(folder).read();
  const others = [...twentySentences(), sentence('another', 'The [Lantern Fair](event) begins .', 'train')];
  await expect(run(others, quick, null, null, checkpoint)).rejects.toThrow(TrainingError);
  await expect(run(others, quick, null, null, checkpoint)).rejects.toThrow(/does not belong to this training: .* numbers there and \d+ here/);
});

test('what was computed by another device is noted', async () => {
  const folder = new MemoryFolder();
  await run(twentySentences(), quick, folder, { at: 5, every: 4 });
  const checkpoint = (await new Checkpoints(folder).read())!;
  const moved = { ...checkpoint, progress: { ...checkpoint.progress, device: 'Some GPU' } };
  const { notes } = resultOf(await run(twentySentences(), quick, null, null, moved));
  expect(notes).toContainEqual(expect.stringMatching(/^The first 4 steps were computed by Some GPU, the others by .*, 1 thread: in its last digits/));
});
