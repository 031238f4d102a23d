import { fork } from '../dataset/random.ts';
import { refine } from '../dataset/refine/refine.ts';
import type { Experiment } from './plan.ts';

/** What a labelled text costs, in dollars. */
export interface Costs {
  manual: number;
  llm: number;
}

/** Naraki et al. pay $0.433 for a text labelled by hand and $0.0108 for one labelled by the LLM, with four types and a request for each. */
export function usualCosts(types: number): Costs {
  return { manual: 0.433, llm: (0.0108 * types) / 4 };
}

/** Budgets at which an LLM labels a quarter of the texts, all of them, and has three quarters left. */
export function usualBudgets(texts: number, { llm }: Costs): number[] {
  return [texts / 4, texts, 4 * texts].map((count) => Number((count * llm).toPrecision(2)));
}

/** Shares of the money that go to labels made by hand, about those of the paper. */
const SHARES = [1, 0.8, 0.4, 0];

const nameOf = (share: number): string => `manual-${Math.round(100 * share)}`;

/**
 * Fixed budget (Naraki et al.): so much money is spent on labels, a share of it on texts labelled by hand and the rest on other texts labelled by an LLM. Which texts
 * these are is drawn by seed; money for more texts than there are is left over.
 */
export function budgetExperiment(budgets: readonly number[], costs: Costs): Experiment {
  return {
    name: 'budget',
    title: 'F1 by money spent on labels',
    xLabel: 'dollars',
    conditions: Object.fromEntries(SHARES.map((share) => [nameOf(share), share === 1 ? 'all by hand' : share === 0 ? 'all by the LLM' : `${Math.round(100 * share)} % of the money by hand`])),
    runs: (seed, { train, llm }) => {
      const order = fork(seed, 'budget').shuffle(train.map((_, i) => i));
      const byLlm = refine(train.map((document) => ({ ...document, spans: [] })), (_, i) => llm.spans[i]!, { overlap: 'random', seed }).documents;
      return budgets.flatMap((money) =>
        SHARES.map((share) => {
          const manual = Math.min(train.length, Math.floor((money * share) / costs.manual + 1e-9));
          const more = Math.min(train.length - manual, Math.floor((money * (1 - share)) / costs.llm + 1e-9));
          const documents = [...order.slice(0, manual).map((i) => train[i]!), ...order.slice(manual, manual + more).map((i) => byLlm[i]!)];
          return { condition: nameOf(share), x: money, seed, documents, given: { manual, llm: more } };
        }),
      ).filter(({ documents }) => documents.some(({ spans }) => spans.length > 0));
    },
    comparisons: budgets.flatMap((money) =>
      SHARES.slice(1).map((share) => ({
        first: { condition: nameOf(share), x: money },
        second: { condition: nameOf(1), x: money },
        statistic: 'micro' as const,
        claim: `For $${money}, ${share === 0 ? 'labels of the LLM alone' : `${Math.round(100 * share)} % of the money for labels made by hand and the rest for the LLM`} are better than labels made by hand alone.`,
      })),
    ),
  };
}
