import { bootstrapInterval } from '../evaluate/bootstrap.ts';
import { entitiesOfTags } from '../evaluate/entities.ts';
import { countDocuments } from '../evaluate/score-spans.ts';
import { scoreTags } from '../evaluate/score-tags.ts';
import type { Scoring } from './evaluation.ts';

/** The real scores, for those who put a run together: entities as seqeval counts them. */
export const seqevalScoring: Scoring = {
  score: (gold, predicted) => scoreTags(gold, predicted),
  strict: (gold, predicted) => scoreTags(gold, predicted, 'strict'),
  interval: (gold, predicted, seed) => bootstrapInterval(countDocuments(gold.map(entitiesOf), predicted.map(entitiesOf)), seed),
};

function entitiesOf(tags: readonly string[]): { type: string; start: number; end: number }[] {
  return entitiesOfTags(tags, 'default').map(({ type, first, last }) => ({ type, start: first, end: last + 1 }));
}
