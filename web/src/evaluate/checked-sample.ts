import type { Document } from '../dataset/document.ts';
import { compareCodePoints } from '../text/order.ts';
import { noCounts, type Counts } from './counts.ts';
import { checkLengths, countMatches, type Entity } from './match.ts';
import { proportion, type Proportion } from './proportion.ts';

/** How good proposed spans are, as far as a sample tells that somebody has checked. */
export interface CheckedScore {
  /** Of the proposed spans those that are right. */
  precision: Proportion;
  /** Of the right spans those that were proposed. It means something only where whole texts were checked, for what is missing too. */
  recall: Proportion;
}

export interface CheckedSample extends CheckedScore {
  texts: number;
  types: Record<string, CheckedScore>;
}

/**
 * What a sample of checked texts says of an annotator: one list of spans a text, as they are after the check and as they were proposed. A span is right
 * where range and type are. Spans of one text tend to be right or wrong together, so with long texts the intervals are somewhat too narrow.
 */
export function checkedSample(checked: readonly (readonly Entity[])[], proposed: readonly (readonly Entity[])[]): CheckedSample {
  checkLengths(checked, proposed);
  const byType = new Map<string, Counts>();
  checked.forEach((spans, text) => countMatches(spans, proposed[text]!, byType));
  const all = noCounts();
  for (const counts of byType.values()) for (const kind of ['correct', 'missed', 'spurious'] as const) all[kind] += counts[kind];
  const types = [...byType].sort(([a], [b]) => compareCodePoints(a, b)).map(([type, counts]) => [type, scoreOf(counts)] as const);
  return { texts: checked.length, ...scoreOf(all), types: Object.fromEntries(types) };
}

/** The same of a layer, in documents whose labels are what somebody made of all its suggestions, accepted, rejected and corrected, and of what was missing. */
export function checkedLayer(documents: readonly Document[], layer: string): CheckedSample {
  return checkedSample(documents.map(({ spans }) => spans), documents.map(({ suggestions = [] }) => suggestions.filter((span) => span.layer === layer)));
}

function scoreOf({ correct, missed, spurious }: Counts): CheckedScore {
  return { precision: proportion(correct, correct + spurious), recall: proportion(correct, correct + missed) };
}
