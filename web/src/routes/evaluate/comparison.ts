import type { Document } from '../../dataset/document.ts';
import { compareEntities } from '../../evaluate/boundary.ts';
import type { ModelRecord } from '../../storage/schema.ts';
import type { Span } from '../../text/span.ts';
import type { ScoredText } from './evaluation.ts';

/** Texts that two taggers can be compared on. */
export const comparePlaces = ['test', 'dev', 'all'] as const;
export type ComparePlace = (typeof comparePlaces)[number];

/** The labelled texts of each place. A split counts as labelled, whatever it holds; of the other texts those with a label. */
export function textsToCompareOn(documents: readonly Document[]): Record<ComparePlace, Document[]> {
  return {
    test: documents.filter(({ split }) => split === 'test'),
    dev: documents.filter(({ split }) => split === 'dev'),
    all: documents.filter(({ split, spans }) => split === 'test' || split === 'dev' || spans.length > 0),
  };
}

/** The two taggers that a link names, `first,second`; where it names none, the newest two of the workspace, else of all. */
export function taggersToCompare(models: readonly ModelRecord[], named: string, dataset: string | null): [ModelRecord | null, ModelRecord | null] {
  const [first, second] = named.split(',').map((id) => models.find((model) => model.id === id));
  const likely = [...models.filter((model) => model.dataset === dataset), ...models.filter((model) => model.dataset !== dataset)];
  const one = first ?? likely.find(({ id }) => id !== second?.id) ?? null;
  return [one, second ?? likely.find(({ id }) => id !== one?.id) ?? null];
}

export const differenceKinds = ['all', 'first', 'second', 'neither'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** A text that two taggers tag differently, as each of them does. */
export interface TextOfBoth {
  kind: Exclude<DifferenceKind, 'all'>;
  both: [ScoredText, ScoredText];
}

/** The texts that two taggers tag differently; where a text is all right for one of them, it is that one's. Finds of other than `types` are not looked at. */
export function differingTexts(documents: readonly Document[], found: readonly [readonly Span[][], readonly Span[][]], types: ReadonlySet<string>): TextOfBoth[] {
  return documents.flatMap((document, index) => {
    const both = found.map((texts) => scoredText(document, (texts[index] ?? []).filter(({ type }) => types.has(type)))) as [ScoredText, ScoredText];
    if (sameSpans(both[0].predicted, both[1].predicted)) return [];
    const right = both.map(({ comparisons }) => comparisons.every(({ kind }) => kind === 'correct'));
    return [{ kind: right[0] ? 'first' : right[1] ? 'second' : 'neither', both }] satisfies TextOfBoth[];
  });
}

function scoredText(document: Document, predicted: Span[]): ScoredText {
  return { document, gold: document.spans, predicted, comparisons: compareEntities(document.spans, predicted) };
}

function sameSpans(one: readonly Span[], other: readonly Span[]): boolean {
  const keys = (spans: readonly Span[]): string => spans.map(({ start, end, type }) => `${start} ${end} ${type}`).sort().join('\n');
  return keys(one) === keys(other);
}
