import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import type { Engine } from '../../../web/src/engine/engine.ts';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { loadEncoder } from '../../../web/src/train/encoder.ts';
import { prepareTraining } from '../../../web/src/train/prepare.ts';
import { fewShot } from '../../../web/src/train/recipes/index.ts';
import { seqevalScoring } from '../../../web/src/train/scoring.ts';
import { openWholeTagger } from '../../../web/src/train/trainee.ts';
import { twentySentences } from './sentences.ts';

const SIZES = { batch: 1, tokens: 16 };

/** Notes of a training with so many texts a pass, and what its graphs take for each text. */
async function opened(textsAPass: number): Promise<{ notes: string[]; kept: number; again: number; used: number }> {
  const encoder = await loadEncoder({ name: 'tiny', read: (file) => readFile(path.join('web/public/models/tiny', file)).catch(() => undefined) });
  const prepared = prepareTraining(twentySentences(), { ...fewShot, sampling: 'random', batchSize: textsAPass, microBatchSize: textsAPass }, encoder);
  const engine = openNodeEngine({ device: 'cpu', threads: 1 });
  let given: TaggerGraphs | undefined;
  const watched: Engine = {
    ...engine,
    open(graphs, ...rest) {
      given = graphs;
      return engine.open(graphs, ...rest);
    },
  };
  const { dispose } = await openWholeTagger(prepared, watched, seqevalScoring);
  await dispose();
  const { graphs, notes } = prepared;
  return { notes, kept: graphs.intermediateBytes('training', SIZES), again: graphs.intermediateBytes('training', SIZES, { recompute: true }), used: given!.intermediateBytes('training', SIZES) };
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
