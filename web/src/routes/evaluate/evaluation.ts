import { compareEntities, type Comparison, type ErrorKind } from '../../evaluate/boundary.ts';
import { confusionMatrix, type Confusion } from '../../evaluate/confusion.ts';
import { scoreNervaluate, type Schema, type SchemaScore } from '../../evaluate/nervaluate.ts';
import type { Document } from '../../dataset/document.ts';
import type { RunRecord } from '../../storage/schema.ts';
import type { Span } from '../../text/span.ts';

/** A scored text with what was right, what was said, and how the two pair up. */
export interface ScoredText {
  document: Document;
  gold: Span[];
  predicted: Span[];
  comparisons: Comparison<Span>[];
}

/** The scored texts of a run, in the order of the predictions. */
export function scoredTexts(run: RunRecord): ScoredText[] {
  const gold = new Map(run.gold.map((document) => [document.id, document]));
  return run.result.predictions.flatMap(({ document: id, spans }) => {
    const document = gold.get(id);
    return document ? [{ document, gold: document.spans, predicted: spans, comparisons: compareEntities(document.spans, spans) }] : [];
  });
}

export function matchingScores(texts: readonly ScoredText[]): Record<Schema, SchemaScore> {
  return scoreNervaluate(texts.map((text) => text.gold), texts.map((text) => text.predicted)).overall;
}

export function confusions(texts: readonly ScoredText[]): Confusion {
  return confusionMatrix(texts.map((text) => text.gold), texts.map((text) => text.predicted));
}

/** The kinds of error one can look for. A wrong type with a wrong boundary is both. */
export const errorFilters = ['all', 'type', 'boundary', 'missed', 'spurious'] as const;
export type ErrorFilter = (typeof errorFilters)[number];

const kindsOf: Record<ErrorFilter, readonly ErrorKind[]> = {
  all: ['wrong-type', 'wrong-boundary', 'wrong-type-and-boundary', 'missed', 'spurious'],
  type: ['wrong-type', 'wrong-type-and-boundary'],
  boundary: ['wrong-boundary', 'wrong-type-and-boundary'],
  missed: ['missed'],
  spurious: ['spurious'],
};

/** A cell of the confusion matrix: types, or `O` for nothing. */
export interface Cell {
  gold: string;
  predicted: string;
}

/** Whether a pair is what one looks for: of the kind, or of the cell (there right answers count too: they are its diagonal). */
export function isWanted(comparison: Comparison<Span>, filter: ErrorFilter, cell: Cell | null): boolean {
  if (cell) return (comparison.gold?.type ?? 'O') === cell.gold && (comparison.predicted?.type ?? 'O') === cell.predicted;
  return kindsOf[filter].includes(comparison.kind);
}

export function wantedTexts(texts: readonly ScoredText[], filter: ErrorFilter, cell: Cell | null): ScoredText[] {
  return texts.filter((text) => text.comparisons.some((comparison) => isWanted(comparison, filter, cell)));
}
