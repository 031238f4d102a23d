import { compareCodePoints } from '../../text/order.ts';
import { entropy } from './entropy.ts';
import type { Occurrences } from './occurrences.ts';
import { OUTSIDE } from './word-types.ts';

/** What becomes of one string over the data set. */
export interface LabelledString {
  text: string;
  /** As which types it is labelled, the most frequent first. */
  types: { type: string; count: number }[];
  /** Occurrences with a label, and those that no span touches. */
  labelled: number;
  outside: number;
  /** Bits by which the string alone leaves its label open, "none" being one of the labels. */
  entropy: number;
}

/** Each labelled string with its counts, in the order of its first label. */
export function countStrings(occurrences: Occurrences): LabelledString[] {
  const counts = occurrences.strings.map(() => new Map<number, number>());
  occurrences.string.forEach((string, i) => {
    const own = counts[string]!;
    const type = occurrences.type[i]!;
    own.set(type, (own.get(type) ?? 0) + 1);
  });
  return occurrences.strings.map((text, string) => {
    const own = counts[string]!;
    const types = [...own].flatMap(([type, count]) => (type === OUTSIDE ? [] : [{ type: occurrences.types[type]!, count }]));
    types.sort((a, b) => b.count - a.count || compareCodePoints(a.type, b.type));
    return { text, types, labelled: types.reduce((sum, { count }) => sum + count, 0), outside: own.get(OUTSIDE) ?? 0, entropy: entropy(own.values()) };
  });
}

/** The strings that are most often labelled with each type. */
export function frequentStrings(strings: readonly LabelledString[], limit: number): { type: string; strings: { text: string; count: number }[] }[] {
  const byType = new Map<string, { text: string; count: number }[]>();
  for (const { text, types } of strings) {
    for (const { type, count } of types) {
      const own = byType.get(type);
      if (own) own.push({ text, count });
      else byType.set(type, [{ text, count }]);
    }
  }
  return [...byType]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([type, own]) => ({ type, strings: own.sort((a, b) => b.count - a.count || compareCodePoints(a.text, b.text)).slice(0, limit) }));
}

/** The strings whose label is most in doubt: with several types, or labelled here and not there. First those with most occurrences that are not labelled as most are. */
export function ambiguousStrings(strings: readonly LabelledString[], limit: number): LabelledString[] {
  const others = ({ types, labelled, outside }: LabelledString): number => labelled + outside - Math.max(types[0]!.count, outside);
  return strings
    .filter(({ entropy: bits }) => bits > 0)
    .sort((a, b) => others(b) - others(a) || b.entropy - a.entropy || compareCodePoints(a.text, b.text))
    .slice(0, limit);
}
