import type { EntityType } from '../../dataset/document.ts';
import { referenceWay, waysFor, type Way, type WayName } from '../../llm/annotate/ways.ts';
import type { DocumentRecord } from '../../storage/schema.ts';

type Query = Readonly<Record<string, string>>;

/** Which texts are annotated. */
export type Which = 'unlabelled' | 'train' | 'all';

/** The settings of an annotation as the page's link has them; what it does not name has its usual value. */
export interface LinkSettings {
  which: Which;
  /** At most so many texts; null: all of them. */
  most: number | null;
  /** Names of the types that are not asked for. */
  without: readonly string[];
  examples: number;
  neighbours: 'random' | 'sentence' | 'entity';
  form: 'single' | 'all' | 'json';
  together: number;
  verify: boolean;
  reasons: boolean;
  atOnce: number | null;
  seed: number;
}

/** As in the paper (Naraki et al.). */
export const usualExamples = 32;

/** Labelled texts that ways of asking are tried on. */
export const usualTrial = 20;

const whole = (value: string | undefined, from: number, to: number): number | null => (value !== undefined && /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to ? Number(value) : null);

export function settingsOfLink(query: Query, unlabelled: number): LinkSettings {
  const which = (['unlabelled', 'train', 'all'] as const).find((name) => name === query.texts) ?? (unlabelled > 0 ? 'unlabelled' : 'all');
  return {
    which,
    most: whole(query.most, 1, 1e6),
    without: query.without === undefined ? [] : query.without.split('|'),
    examples: whole(query.k, 0, 64) ?? usualExamples,
    neighbours: (['random', 'sentence', 'entity'] as const).find((name) => name === query.neighbours) ?? 'random',
    form: (['single', 'all', 'json'] as const).find((name) => name === query.form) ?? 'single',
    together: whole(query.together, 1, 20) ?? 1,
    verify: query.verify === 'yes',
    reasons: query.reasons === 'yes',
    atOnce: whole(query.atOnce, 1, 64),
    seed: whole(query.seed, 0, 2 ** 31) ?? 1,
  };
}

/** The settings in the link that ask in some way. */
export function linkOfWay({ typesTogether, textsTogether, kind, reasons, verify }: Way): Record<'form' | 'together' | 'reasons' | 'verify', string | null> {
  return { form: kind === 'json' ? 'json' : typesTogether ? 'all' : null, together: textsTogether > 1 ? String(textsTogether) : null, reasons: reasons ? 'yes' : null, verify: verify ? 'yes' : null };
}

/** Whether the settings ask in this way. */
export function asksSo({ form, together, reasons, verify }: LinkSettings, way: Way): boolean {
  const other = settingsOfLink(Object.fromEntries(Object.entries(linkOfWay(way)).filter((entry): entry is [string, string] => entry[1] !== null)), 0);
  return form === other.form && together === other.together && reasons === other.reasons && verify === other.verify;
}

/** Ways that are to be compared; the panel is open where the link has a number of texts. The one that others are held against is always among them. */
export function comparisonOfLink(query: Query, types: number): { open: boolean; texts: number; ways: WayName[] } {
  const named = query.ways?.split('|');
  return { open: query.trial !== undefined, texts: whole(query.trial, 1, 500) ?? usualTrial, ways: waysFor(types).filter((name) => name === referenceWay || !named || named.includes(name)) };
}

/** The texts among which the first are taken. */
export function recordsOf(records: readonly DocumentRecord[], which: Which): DocumentRecord[] {
  if (which === 'unlabelled') return records.filter(({ document }) => document.spans.length === 0);
  return which === 'train' ? records.filter(({ document }) => document.split === 'train') : [...records];
}

export const askedTypes = (types: readonly EntityType[], without: readonly string[]): EntityType[] => types.filter(({ name }) => !without.includes(name));
