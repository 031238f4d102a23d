import { refine } from '../dataset/refine/refine.ts';
import type { Experiment, Point } from './plan.ts';

/**
 * Label mixing (Naraki et al.): a tagger learns from the labels of an LLM alone. Where the LLM gives a word several types, one of them is drawn at random, or
 * all are mixed with shares from a Beta distribution, drawn anew every epoch or once. The paper reports the mean of F1 over types and its variance.
 */
export function mixingExperiment(): Experiment {
  const at = (condition: string): Point => ({ condition, x: 0 });
  return {
    name: 'mixing',
    title: 'Mean F1 over types, by what is learnt of overlapping labels',
    xLabel: '',
    conditions: { clean: 'labels made by hand', mixed: 'mixed, drawn every epoch', once: 'mixed, drawn once', random: 'one at random' },
    runs: (seed, { train, llm }) => {
      const bare = train.map((document) => ({ ...document, spans: [] }));
      const labelled = (overlap: 'random' | 'mix') => refine(bare, (_, i) => llm.spans[i]!, { overlap, seed }).documents;
      const planned = (condition: string, documents = [...train]) => ({ condition, x: 0, seed, documents, given: { texts: documents.length, spans: documents.reduce((sum, { spans }) => sum + spans.length, 0) } });
      return [
        planned('clean'),
        planned('random', labelled('random')),
        { ...planned('mixed', labelled('mix')), changes: { overlap: 'mix', mixDraw: 'epoch' } },
        { ...planned('once', labelled('mix')), changes: { overlap: 'mix', mixDraw: 'once' } },
      ];
    },
    comparisons: [
      { first: at('mixed'), second: at('random'), statistic: 'macro', claim: 'Mixed labels have a higher mean F1 over types than labels taken at random.' },
      { first: at('random'), second: at('mixed'), statistic: 'variance', claim: 'Mixed labels have a smaller variance of F1 over types than labels taken at random.' },
      { first: at('mixed'), second: at('once'), statistic: 'macro', claim: 'Shares drawn every epoch are better than shares drawn once.' },
      { first: at('clean'), second: at('mixed'), statistic: 'macro', claim: 'Labels made by hand are better than mixed ones of the LLM.' },
    ],
  };
}
