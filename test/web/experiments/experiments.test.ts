import { beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../../web/src/dataset/document.ts';
import { budgetExperiment, usualBudgets, usualCosts } from '../../../web/src/experiments/budget.ts';
import { reportMarkdown } from '../../../web/src/experiments/markdown.ts';
import { mixingExperiment } from '../../../web/src/experiments/mixing.ts';
import { noiseExperiment } from '../../../web/src/experiments/noise.ts';
import { performRuns, type FinishedRun, type KeptRuns, type Performance } from '../../../web/src/experiments/perform.ts';
import type { PlannedRun, Source } from '../../../web/src/experiments/plan.ts';
import { experimentRecipe } from '../../../web/src/experiments/recipe.ts';
import { report } from '../../../web/src/experiments/report.ts';
import { simulatedLabels } from '../../../web/src/experiments/simulated-labels.ts';
import { usualSimulation } from '../../../web/src/llm/simulated/settings.ts';
import { sentence, twentySentences } from '../train/sentences.ts';

/** A hundred sentences, each text once. */
const train = Array.from({ length: 5 }, (_, i) => twentySentences()
  .slice(0, 20)
  .map(({ text, spans }, j) => sentence(`${i}-${j}`, marked(`${text} ${i} ${j}`, spans))))
  .flat();

function marked(text: string, spans: Document['spans']): string {
  return spans.toReversed().reduce((rest, { start, end, type }) => `${rest.slice(0, start)}[${rest.slice(start, end)}](${type})${rest.slice(end)}`, text);
}

let source: Source;
const settings = { ...usualSimulation, overlap: 0.15, confusion: 0, borders: 0 };
beforeAll(async () => {
  source = { train, llm: await simulatedLabels(train, [{ name: 'person', definition: 'Who.' }, { name: 'place', definition: 'Where.' }], settings) };
});

const countSpans = (documents: readonly Document[]): number => documents.reduce((sum, { spans }) => sum + spans.length, 0);
const at = (runs: readonly PlannedRun[], condition: string, x: number): PlannedRun => runs.find((run) => run.condition === condition && run.x === x)!;

describe('labels of a simulated LLM', () => {
  it('come through prompts and replies with about the errors that were asked for', () => {
    const { measured, spans } = source.llm;
    expect(measured.requests).toBe(200);
    expect(measured.unread).toBe(0);
    expect(measured.recall).toBeGreaterThan(0.7);
    expect(measured.recall).toBeLessThan(0.9);
    expect(measured.precision).toBeGreaterThan(0.75);
    expect(measured.precision).toBeLessThan(0.95);
    expect(measured.overlap).toBeGreaterThan(0.03);
    expect(spans.flat().every(({ source }) => source === 'llm')).toBe(true);
  });
});

describe('noise recovery', () => {
  it('drops the share of the labels, and merges the same texts with the LLM', () => {
    const runs = noiseExperiment([0.6]).runs(1, source);
    const all = countSpans(train);
    expect(countSpans(at(runs, 'noised', 0.6).documents)).toBe(all - Math.round(0.6 * all));
    const merged = at(runs, 'merged', 0.6).documents;
    expect(countSpans(merged)).toBeGreaterThan(0.75 * all);
    expect(merged.flatMap(({ spans }) => spans).filter(({ source }) => source === 'manual')).toHaveLength(all - Math.round(0.6 * all));
    expect(at(runs, 'llm', 0).documents.flatMap(({ spans }) => spans).every(({ source }) => source === 'llm')).toBe(true);
    expect(at(runs, 'clean', 0).documents).toEqual(train);
  });
});

describe('label mixing', () => {
  it('learns the same labels of the LLM, one of several at random or all of them mixed', () => {
    const runs = mixingExperiment().runs(1, source);
    const [random, mixed] = [at(runs, 'random', 0), at(runs, 'mixed', 0)];
    expect(countSpans(mixed.documents)).toBeGreaterThan(countSpans(random.documents));
    expect([mixed.changes, at(runs, 'once', 0).changes, random.changes]).toEqual([{ overlap: 'mix', mixDraw: 'epoch' }, { overlap: 'mix', mixDraw: 'once' }, undefined]);
  });
});

describe('a fixed budget', () => {
  it('buys as many texts by hand and by the LLM as the money pays, never one twice', () => {
    const costs = { manual: 1, llm: 0.1 };
    const runs = budgetExperiment([5], costs).runs(1, source);
    expect(runs.map(({ condition, given }) => [condition, given.manual, given.llm])).toEqual([['manual-100', 5, 0], ['manual-80', 4, 10], ['manual-40', 2, 30], ['manual-0', 0, 50]]);
    for (const { documents } of runs) expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
  });

  it('leaves money over where there are no more texts', () => {
    const runs = budgetExperiment([1000], usualCosts(4)).runs(1, source);
    expect(runs.map(({ given }) => given.manual! + given.llm!)).toEqual([100, 100, 100, 100]);
  });

  it('has by default amounts at which the LLM labels a quarter of the texts, all, and has money left', () => {
    expect(usualBudgets(1000, usualCosts(4))).toEqual([2.7, 11, 43]);
  });
});

/** Keeps trainings in memory. */
function memory(): KeptRuns & { size: number } {
  const kept = new Map<string, FinishedRun>();
  return {
    get size() {
      return kept.size;
    },
    read: (order) => Promise.resolve(kept.get(JSON.stringify(order)) ?? null),
    write: (order, run) => Promise.resolve(void kept.set(JSON.stringify(order), run)),
  };
}

describe('trainings', () => {
  const test = twentySentences('test');
  let trainings = 0;
  /** Finds a share of the gold spans, as large as the share of the labels it was given; the seed says which. */
  const performance = (kept: KeptRuns): Performance => ({
    recipe: experimentRecipe,
    test,
    kept,
    basis: { encoder: 'none' },
    train: (documents, { seed }) => {
      trainings++;
      const share = countSpans(documents.filter(({ split }) => split !== 'test')) / countSpans(train);
      const predictions = test.map(({ id, spans }, text) => ({ document: id, spans: spans.filter((_, i) => ((7 * text + 13 * i + seed) % 20) / 20 < share) }));
      const score = { precision: 1, recall: share, f1: share };
      return Promise.resolve({ scores: { micro: score, macro: score, weighted: score, types: {} }, predictions });
    },
  });
  const experiment = noiseExperiment([0.6]);
  const finish = async (seeds: number[], kept: KeptRuns): Promise<FinishedRun[]> => {
    const finished: FinishedRun[] = [];
    for (const seed of seeds) for await (const { run } of performRuns(experiment.runs(seed, source), performance(kept))) finished.push(run);
    return finished;
  };

  it('that are kept are not trained again, and a new seed adds its own', async () => {
    const kept = memory();
    const first = await finish([1], kept);
    expect([trainings, kept.size]).toEqual([5, 5]);
    expect(await finish([1], kept)).toEqual(first);
    expect(trainings).toBe(5);
    await finish([1, 2], kept);
    expect(trainings).toBe(10);
  });

  it('become points with intervals and answers to what was asked', async () => {
    const found = report(experiment, await finish([1, 2, 3], memory()));
    expect(found.points.map(({ condition, x }) => `${condition} ${x}`)).toEqual(['clean 0', 'merged 0', 'merged 0.6', 'llm 0', 'noised 0.6']);
    for (const { micro } of found.points) expect(micro.low <= micro.value && micro.value <= micro.high).toBe(true);
    const [overNoised] = found.answers;
    expect(overNoised!.holds).toBe('yes');
    expect(overNoised!.difference.low).toBeGreaterThan(0);
    const text = reportMarkdown(experiment, found, ['LLM: **simulated**.']);
    expect(text).toContain('| 60 % | labels left |');
    expect(text).toContain('- **yes**: With 60 % dropped, merged labels are better than the labels left.');
    expect(text).toContain('LLM: **simulated**.');
  });

  it('a point that lacks a seed is left out', async () => {
    const runs = (await finish([1, 2], memory())).filter(({ condition, seed }) => condition !== 'llm' || seed === 1);
    expect(report(experiment, runs).points.map(({ condition }) => condition)).not.toContain('llm');
  });
});
