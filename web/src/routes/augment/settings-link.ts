import type { EntityType } from '../../dataset/document.ts';
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

/** The texts among which the first are taken. */
export function recordsOf(records: readonly DocumentRecord[], which: Which): DocumentRecord[] {
  if (which === 'unlabelled') return records.filter(({ document }) => document.spans.length === 0);
  return which === 'train' ? records.filter(({ document }) => document.split === 'train') : [...records];
}

export const askedTypes = (types: readonly EntityType[], without: readonly string[]): EntityType[] => types.filter(({ name }) => !without.includes(name));
