import type { Document } from '../dataset/document.ts';
import { noCounts } from '../evaluate/counts.ts';
import { countMatches } from '../evaluate/match.ts';
import type { RunCounts } from '../evaluate/paired-bootstrap.ts';
import type { Scores } from '../evaluate/score.ts';
import type { Prediction } from '../train/protocol.ts';
import type { Recipe } from '../train/recipe.ts';
import type { PlannedRun } from './plan.ts';

/** What a training came to: what is kept of it. */
export interface FinishedRun extends Omit<PlannedRun, 'documents' | 'changes'> {
  scores: Scores;
  counts: RunCounts;
  /** What it took, with scoring. */
  seconds: number;
}

/** Trains and tags the test texts; gives predictions in their order. */
export type Train = (documents: readonly Document[], recipe: Recipe) => Promise<{ scores: Scores; predictions: readonly Prediction[] }>;

/** Where finished trainings are kept, so that an experiment goes on where it was ended. */
export interface KeptRuns {
  /** @param order all that the training depends on */
  read(order: object): Promise<FinishedRun | null>;
  write(order: object, run: FinishedRun): Promise<void>;
}

export interface Performance {
  recipe: Recipe;
  test: readonly Document[];
  train: Train;
  kept: KeptRuns;
  /** What belongs to the order besides: encoder, data, annotator. */
  basis: object;
}

/** Trains what is planned, one after another; what is kept is not trained again. The training's seed is that of its plan. */
export async function* performRuns(runs: readonly PlannedRun[], { recipe, test, train, kept, basis }: Performance): AsyncGenerator<{ run: FinishedRun; fromKept: boolean }, void> {
  for (const { documents, changes = {}, ...planned } of runs) {
    const own = { ...recipe, ...changes, seed: planned.seed };
    const order = { ...planned, recipe: own, ...basis };
    const before = await kept.read(order);
    if (before) {
      yield { run: before, fromKept: true };
      continue;
    }
    const began = performance.now();
    const { scores, predictions } = await train([...documents, ...test], own);
    const run: FinishedRun = { ...planned, scores, counts: countRun(test, predictions), seconds: (performance.now() - began) / 1000 };
    await kept.write(order, run);
    yield { run, fromKept: false };
  }
}

/** Gold and predictions of the same test texts as counts by text and type. */
function countRun(test: readonly Document[], predictions: readonly Prediction[]): RunCounts {
  const types = [...new Set([...test, ...predictions].flatMap(({ spans }) => spans.map(({ type }) => type)))].sort();
  const texts = test.map(({ spans }, text) => {
    const byType = new Map(types.map((type) => [type, noCounts()]));
    countMatches(spans, predictions[text]!.spans, byType);
    return [...byType.values()].flatMap(({ correct, missed, spurious }) => [correct, missed, spurious]);
  });
  return { types, texts };
}
