import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Document } from '../../../web/src/dataset/document.ts';
import type { ModelFolder } from '../../../web/src/encode/model-folder.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import type { TrainingBatch } from '../../../web/src/engine/engine.ts';
import { trainingBatches } from '../../../web/src/train/batches.ts';
import { Control } from '../../../web/src/train/control.ts';
import { loadEncoder, type Encoder } from '../../../web/src/train/encoder.ts';
import { prepareTraining } from '../../../web/src/train/prepare.ts';
import type { Recipe } from '../../../web/src/train/recipe.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import { runTraining } from '../../../web/src/train/run.ts';
import { seqevalScoring } from '../../../web/src/train/scoring.ts';
import { documentOf } from '../dataset/some-documents.ts';
import { twentySentences } from './sentences.ts';

const tiny: ModelFolder = { name: 'tiny', read: (file) => readFile(path.join('web/public/models/tiny', file)).catch(() => undefined) };
let encoder: Encoder;
beforeAll(async () => {
  encoder = await loadEncoder(tiny);
});

/** Labels that an LLM gave. */
function byLlm(marked: string, scores: readonly number[] = []): Document {
  const document = documentOf(marked);
  return { ...document, spans: document.spans.map((span, i) => ({ ...span, source: 'llm', ...(scores[i] === undefined ? {} : { score: scores[i] }) })) };
}

function stepsOf(documents: readonly Document[], changes: Partial<Recipe>, steps: number): TrainingBatch[] {
  const batches = trainingBatches(prepareTraining(documents, { ...fewShot, batchSize: documents.length, ...changes }, encoder), documents.length, { multipleOf: 8 });
  return Array.from({ length: steps }, () => batches.next().value[0]!);
}

/** Words with their labels and shares, of a batch of one text. */
function learnt(batch: TrainingBatch, labels: readonly string[], words: number): Record<string, number>[] {
  return Array.from({ length: words }, (_, word) => {
    const row = [...batch.targets.subarray(word * labels.length, (word + 1) * labels.length)];
    return Object.fromEntries(row.flatMap((share, label) => (share > 0 ? [[labels[label]!, share]] : [])));
  });
}

const names = (rows: readonly Record<string, number>[]): string => rows.map((row) => Object.keys(row).sort().join('+')).join(' ');

describe('labels that share words', () => {
  const document = byLlm('the [[New York]LOC Times]ORG of [Acme]ORG,LOC,PER', [0.9, 0.4, 0.1, 0.2, 0.3]);
  const labels = ['O', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG', 'B-PER', 'I-PER'];

  test('are mixed word by word; a word that one of them holds alone has its tag', () => {
    const [batch] = stepsOf([document], { overlap: 'mix' }, 1);
    const rows = learnt(batch!, labels, 6);
    expect(names(rows)).toBe('O B-LOC+B-ORG I-LOC+I-ORG I-ORG O B-LOC+B-ORG+B-PER');
    for (const row of rows) expect(Object.values(row).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    // Each word draws for itself.
    expect(rows[1]!['B-LOC']).not.toBeCloseTo(rows[2]!['I-LOC']!, 6);
  });

  test('the longest stays unless the recipe says otherwise', () => {
    expect(names(learnt(stepsOf([document], {}, 1)[0]!, labels, 6))).toBe('O B-ORG I-ORG I-ORG O B-LOC');
  });

  test('of those with scores the surest stays where the recipe says so', () => {
    expect(names(learnt(stepsOf([document], { overlap: 'score' }, 1)[0]!, labels, 6))).toBe('O B-LOC I-LOC O O B-PER');
  });

  test('one drawn at random stays the same in every epoch and differs by seed', () => {
    const draw = (seed: number): string[] => stepsOf([document], { overlap: 'random', seed }, 3).map((batch) => names(learnt(batch, labels, 6)));
    const drawn = Array.from({ length: 20 }, (_, seed) => draw(seed));
    for (const epochs of drawn) expect(new Set(epochs).size).toBe(1);
    expect(new Set(drawn.flat()).size).toBeGreaterThan(3);
  });

  test('a label made by hand keeps its words from all others', () => {
    const mixed: Document = { ...document, spans: document.spans.map((span) => (span.type === 'ORG' ? { ...span, source: 'manual' } : span)) };
    for (const overlap of ['mix', 'score', 'random'] as const) expect(names(learnt(stepsOf([mixed], { overlap }, 1)[0]!, labels, 6))).toBe('O B-ORG I-ORG I-ORG O B-ORG');
    const { notes } = prepareTraining([mixed], { ...fewShot, overlap: 'mix' }, encoder);
    expect(notes).toContain('3 training labels left out: one made by hand holds the same words.');
  });

  test('mixtures are drawn anew every epoch, or once, and the same when a run is taken up again', () => {
    const shares = (changes: Partial<Recipe>): number[] => stepsOf([document], { overlap: 'mix', ...changes }, 4).map((batch) => learnt(batch, labels, 6)[1]!['B-LOC'] ?? 0);
    const everyEpoch = shares({ mixDraw: 'epoch' });
    expect(new Set(everyEpoch).size).toBe(4);
    expect(shares({ mixDraw: 'epoch' })).toEqual(everyEpoch);
    expect(new Set(shares({ mixDraw: 'once' })).size).toBe(1);
    expect(shares({ mixDraw: 'epoch', seed: 2 })).not.toEqual(everyEpoch);
  });

  test('it is said how many words are mixed', () => {
    expect(prepareTraining([document], { ...fewShot, overlap: 'mix' }, encoder).notes).toContain('3 words with several labels, which are mixed: shares from Beta(0.2, 0.2).');
  });

  test('texts that choose the step and test texts keep the longest', () => {
    const { choose, test } = prepareTraining([document, { ...document, split: 'dev' }, { ...document, split: 'test' }], { ...fewShot, overlap: 'mix' }, encoder);
    for (const part of [choose!, test!]) {
      expect(part.mixed.size).toBe(0);
      expect(part.tags[0]!.join(' ')).toBe('O B-ORG I-ORG I-ORG O B-LOC');
    }
  });
});

test('texts without overlaps are learnt the same whatever the recipe says of overlaps', () => {
  const plain = stepsOf(twentySentences(), { batchSize: 4 }, 8).map(({ targets }) => targets);
  for (const overlap of ['mix', 'score', 'random'] as const) expect(stepsOf(twentySentences(), { overlap, batchSize: 4 }, 8).map(({ targets }) => targets)).toEqual(plain);
});

test('a training on mixed labels gives the same losses again, and others with another α', async () => {
  const engine = openNodeEngine({ device: 'cpu', threads: 1 });
  const documents = [...twentySentences(), ...Array.from({ length: 5 }, (_, i) => byLlm(`[Acme]person,place came ${i}`))];
  const losses = async (changes: Partial<Recipe>): Promise<number[]> => {
    const recipe: Recipe = { ...fewShot, steps: 4, batchSize: 10, overlap: 'mix', ...changes };
    for await (const event of runTraining({ documents, recipe, encoder: tiny, engine, scoring: seqevalScoring, control: new Control() })) if (event.type === 'trained') return event.result.losses;
    throw new Error('The training ended without a result.');
  };
  const first = await losses({});
  expect(first.every(Number.isFinite)).toBe(true);
  expect(await losses({})).toEqual(first);
  expect(await losses({ mixAlpha: 5 })).not.toEqual(first);
});
