/** What tells one way of asking from another; all else of an annotation's settings is as it is. */
export interface Way {
  typesTogether: boolean;
  textsTogether: number;
  kind: 'marked' | 'json';
  reasons: boolean;
  /** Each span is asked about again, and dropped where it is denied. */
  verify: boolean;
}

/** One text and one type a request, as the paper asks (Naraki et al., section 3.1): what the others are held against. */
const single: Way = { typesTogether: false, textsTogether: 1, kind: 'marked', reasons: false, verify: false };
const SEVERAL = 5;

/** Ways of asking by name, the one to hold them against first. */
export const ways = {
  single,
  'all-types': { ...single, typesTogether: true },
  'five-texts': { ...single, textsTogether: SEVERAL },
  'five-texts-all-types': { ...single, typesTogether: true, textsTogether: SEVERAL },
  json: { ...single, typesTogether: true, kind: 'json' },
  reasons: { ...single, reasons: true },
  verify: { ...single, verify: true },
} as const satisfies Record<string, Way>;

export type WayName = keyof typeof ways;

export const referenceWay: WayName = 'single';

/** The ways that differ from each other for so many types: of one type, all of them are asked for in any case. */
export function waysFor(types: number): WayName[] {
  const names = Object.keys(ways) as WayName[];
  return types > 1 ? names : names.filter((name) => name !== 'all-types' && name !== 'five-texts-all-types');
}

/** Whether two ways ask the same first question: they share its replies. */
export function sharesFirstQuestion(a: Way, b: Way): boolean {
  return a.typesTogether === b.typesTogether && a.textsTogether === b.textsTogether && a.kind === b.kind && a.reasons === b.reasons;
}
