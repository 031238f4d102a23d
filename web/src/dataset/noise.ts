import type { Derivation, Document, Split } from './document.ts';
import { fork } from './random.ts';
import { checkShare, namesOf, positionsIn } from './sample/drawn.ts';

export interface NoiseSettings {
  /** Fraction of the spans that go. */
  share: number;
  /** Those that lose spans; the others stay as they are. */
  splits: readonly Split[];
  seed: number;
}

export interface Noised {
  documents: Document[];
  /** Of the documents that lost spans. */
  ids: string[];
  /** Spans there were, and spans that went. */
  spans: number;
  dropped: number;
  how: 'noise';
  settings: Derivation['settings'];
}

/**
 * Drops exactly `round(share · spans)` spans, drawn by seed from all spans of the splits together: labels as somebody leaves them
 * who overlooks some. A smaller share of the same seed drops part of what a larger one drops.
 */
export function dropSpans(documents: readonly Document[], { share, splits, seed }: NoiseSettings): Noised {
  checkShare(share);
  const places = positionsIn(documents, splits).flatMap((position) => documents[position]!.spans.map((_, i) => [position, i] as const));
  const dropped = fork(seed, 'noise').shuffle(places).slice(0, Math.round(share * places.length));
  const gone = new Map<number, Set<number>>();
  for (const [position, i] of dropped) gone.set(position, (gone.get(position) ?? new Set()).add(i));
  return {
    documents: documents.map((document, position) => {
      const missing = gone.get(position);
      return missing ? { ...document, spans: document.spans.filter((_, i) => !missing.has(i)) } : document;
    }),
    ids: documents.flatMap(({ id }, position) => (gone.has(position) ? [id] : [])),
    spans: places.length,
    dropped: dropped.length,
    how: 'noise',
    settings: { share, splits: namesOf(splits), seed },
  };
}
