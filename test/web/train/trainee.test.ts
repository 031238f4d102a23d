import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import type { Engine } from '../../../web/src/engine/engine.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { loadEncoder } from '../../../web/src/train/encoder.ts';
import { prepareTraining } from '../../../web/src/train/prepare.ts';
import type { Recipe } from '../../../web/src/train/recipe.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import { seqevalScoring } from '../../../web/src/train/scoring.ts';
import { openWholeTagger } from '../../../web/src/train/trainee.ts';
import { twentySentences } from './sentences.ts';

const SIZES = { batch: 1, tokens: 16 };

/** Notes of a training with so many texts a pass, and what its graphs take for each text. */
async function opened(textsAPass: number, changes: Partial<Recipe> = {}, abilities: Partial<Engine> = {}): Promise<{ notes: string[]; kept: number; again: number; half: number; used: number }> {
  const encoder = await loadEncoder({ name: 'tiny', read: (file) => readFile(path.join('web/public/models/tiny', file)).catch(() => undefined) });
  const prepared = prepareTraining(twentySentences(), { ...fewShot, sampling: 'random', batchSize: textsAPass, microBatchSize: textsAPass, ...changes }, encoder);
  const engine = openNodeEngine({ device: 'cpu', threads: 1 });
  let given: TaggerGraphs | undefined;
  const watched: Engine = {
    ...engine,
    ...abilities,
    open(graphs, ...rest) {
      given = graphs;
      // The CPU opens what it can; what is asked of it is of interest.
      return engine.open(prepared.graphs, ...rest);
    },
  };
  const { dispose } = await openWholeTagger(prepared, watched, seqevalScoring);
  await dispose();
  const { graphs, notes } = prepared;
  return { notes, kept: graphs.intermediateBytes('training', SIZES), again: graphs.intermediateBytes('training', SIZES, { recompute: true }), half: graphs.intermediateBytes('training', SIZES, { half: true }), used: given!.intermediateBytes('training', SIZES) };
}

test('where passes would not fit otherwise, activations are computed again, and the run’s notes say so', async () => {
  const { notes, kept, again, used } = await opened(15_000);
  expect(again).toBeLessThan(kept);
  expect(used).toBe(again);
  expect(notes.filter((note) => note.includes('computed again'))).toHaveLength(1);
});

test('where there is room they are kept, and nothing is said', async () => {
  const { notes, kept, used } = await opened(10);
  expect(used).toBe(kept);
  expect(notes.filter((note) => note.includes('computed again'))).toEqual([]);
});

test('a recipe that asks for half precision gets it from an engine that has it, and the notes say so; else it is trained in float32, and they say that', async () => {
  const half = await opened(10, { precision: 'float16' }, { halfPrecision: true });
  expect(half.used).toBe(half.half);
  expect(half.half).toBeLessThan(half.kept);
  expect(half.notes.filter((note) => note.includes('half precision (float16)'))).toHaveLength(1);

  const full = await opened(10, { precision: 'float16' });
  expect(full.used).toBe(full.kept);
  expect(full.notes.filter((note) => note.includes('does not have here: trained in float32'))).toHaveLength(1);
  expect((await opened(10, {}, { halfPrecision: true })).used, 'where nobody asks for it').toBe(full.kept);
});
