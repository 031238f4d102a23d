import { dropSpans } from '../dataset/noise.ts';
import { refine } from '../dataset/refine/refine.ts';
import type { Document } from '../dataset/document.ts';
import type { Experiment, PlannedRun, Source } from './plan.ts';

/** Shares of the spans that are dropped, as in the paper. */
export const usualShares = [0.2, 0.4, 0.6, 0.8];

const countSpans = (documents: readonly Document[]): number => documents.reduce((sum, { spans }) => sum + spans.length, 0);

/**
 * Noise recovery (Naraki et al.): of the labels made by hand a share is dropped at random; a tagger learns from what is left, or from what is left merged with
 * the labels of an LLM. Beside it the labels of the LLM alone and all labels. Overlaps of the LLM's types are settled at random, the paper's baseline.
 */
export function noiseExperiment(shares: readonly number[] = usualShares): Experiment {
  return {
    name: 'noise',
    title: 'F1 by share of the labels that were dropped',
    xLabel: 'labels dropped',
    conditions: { clean: 'all labels', merged: 'merged with the LLM', llm: 'the LLM alone', noised: 'labels left' },
    runs: (seed, { train, llm }) => {
      const proposed = (_: Document, i: number): Source['llm']['spans'][number] => llm.spans[i]!;
      const planned = (condition: string, x: number, documents: Document[]): PlannedRun => ({ condition, x, seed, documents, given: { texts: documents.length, spans: countSpans(documents) } });
      const settings = { overlap: 'random', seed } as const;
      const merged = (documents: readonly Document[]): Document[] => refine(documents, proposed, settings).documents;
      return [
        planned('clean', 0, [...train]),
        planned('llm', 0, merged(train.map((document) => ({ ...document, spans: [] })))),
        planned('merged', 0, merged(train)),
        ...shares.flatMap((share) => {
          const { documents } = dropSpans(train, { share, splits: ['train'], seed });
          return [planned('noised', share, documents), planned('merged', share, merged(documents))];
        }),
      ];
    },
    comparisons: shares.flatMap((share) => {
      const [merged, at] = [{ condition: 'merged', x: share }, `${Math.round(100 * share)} % dropped`];
      return [
        { first: merged, second: { condition: 'noised', x: share }, statistic: 'micro' as const, claim: `With ${at}, merged labels are better than the labels left.` },
        { first: merged, second: { condition: 'llm', x: 0 }, statistic: 'micro' as const, claim: `With ${at}, merged labels are better than those of the LLM alone.` },
        { first: { condition: 'clean', x: 0 }, second: merged, statistic: 'micro' as const, claim: `With ${at}, all labels are better than merged ones.` },
      ];
    }),
  };
}
