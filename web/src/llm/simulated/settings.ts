/** How often a simulated annotator errs, and how. Shares are 0 … 1. */
export interface SimulatedSettings {
  /** Share of the gold spans that it gives with their type and borders. */
  recall: number;
  /** Share of the spans it gives that are gold. Errors that the settings below don't make up are spans where there is no entity. */
  precision: number;
  /** Share of the spans it gives rightly that it gives a second type too. */
  overlap: number;
  /** Share of the gold spans that it gives another type instead: one for all, each other type as likely, or for each type by other type. */
  confusion: number | Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Share of the gold spans that it gives with a word too many or too few. */
  borders: number;
  /** Shares of its replies: refusals, blank ones, texts given back unchanged, and answers spoilt in one of the ways of `damages`. */
  refused: number;
  empty: number;
  copied: number;
  malformed: number;
  /** How often it says yes of a span that is gold, and no of one that is not. */
  verification: { yes: number; no: number };
  seed: number;
}

/** An annotator as a large model is on news: it overlooks a fifth, and one span in seven is wrong. */
export const usualSimulation: SimulatedSettings = {
  recall: 0.8, precision: 0.85, overlap: 0.08, confusion: 0.02, borders: 0.02, refused: 0, empty: 0, copied: 0, malformed: 0, verification: { yes: 0.95, no: 0.7 }, seed: 1,
};

/** One that errs in nothing. */
export const faultlessSimulation: SimulatedSettings = { ...usualSimulation, recall: 1, precision: 1, overlap: 0, confusion: 0, borders: 0, verification: { yes: 1, no: 1 } };

/** For each gold span, how many are given wrongly in each way. */
export interface ErrorRates {
  confused: (type: string) => ReadonlyMap<string, number>;
  /** Spans where there is no entity, for each gold span. */
  invented: number;
}

/**
 * The rates that follow from the settings for gold spans of these types.
 * @param counts gold spans of each type
 * @throws RangeError where the settings contradict each other
 */
export function errorRates({ recall, precision, overlap, confusion, borders, ...others }: SimulatedSettings, counts: ReadonlyMap<string, number>): ErrorRates {
  const { refused, empty, copied, malformed, verification } = others;
  for (const [name, share] of Object.entries({ recall, precision, overlap, borders, refused, empty, copied, malformed, 'verification.yes': verification.yes, 'verification.no': verification.no })) {
    if (!(share >= 0 && share <= 1)) throw new RangeError(`${name} is ${share}; expected a share from 0 to 1.`);
  }
  if (refused + empty + copied + malformed > 1) throw new RangeError('Refused, empty, copied and malformed replies are more than all replies.');
  const types = [...counts.keys()];
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const confused = (type: string): Map<string, number> => {
    if (typeof confusion !== 'number') return new Map(Object.entries(confusion[type] ?? {}));
    const rest = types.filter((other) => other !== type);
    return new Map(rest.map((other) => [other, confusion / rest.length]));
  };
  const confusedInAll = types.reduce((sum, type) => sum + counts.get(type)! * total(confused(type)), 0) / Math.max(1, all);
  const most = Math.max(0, ...types.map((type) => total(confused(type))));
  if (recall + most + borders > 1 + TOLERANCE) throw new RangeError(`Recall ${recall}, confusion ${most.toFixed(3)} and borders ${borders} share the gold spans, and together are more than 1.`);
  const wrong = precision === 0 ? 0 : (recall * (1 - precision)) / precision;
  const known = (types.length > 1 ? overlap * recall : 0) + confusedInAll + borders;
  if (known > wrong + TOLERANCE) {
    throw new RangeError(`With precision ${precision} and recall ${recall} there are ${wrong.toFixed(3)} wrong spans for each gold one, but overlap, confusion and borders alone make ${known.toFixed(3)}. Lower these, or the precision to ${(recall / (recall + known)).toFixed(2)}.`);
  }
  return { confused, invented: Math.max(0, wrong - known) };
}

const TOLERANCE = 1e-9;

function total(rates: ReadonlyMap<string, number>): number {
  return [...rates.values()].reduce((sum, rate) => sum + rate, 0);
}
