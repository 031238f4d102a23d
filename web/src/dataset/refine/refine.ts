import type { Span } from '../../text/span.ts';
import type { Derivation, Document, Suggestion } from '../document.ts';
import { wordsOf } from '../formats/hold.ts';
import { fork } from '../random.ts';
import type { OverlapPolicy } from './policy.ts';
import { keyOf, settleOverlaps, type Settled } from './settle.ts';

export interface RefineSettings {
  overlap: OverlapPolicy;
  seed: number;
  /** BCP 47 tag: how words are found in documents that have none of their own. */
  language?: string;
}

/** What became of the proposed spans of all documents; `labels` were there before. */
export type RefineCounts = Record<keyof Settled<Span>, number> & { labels: number; proposed: number };

export interface Refined {
  documents: Document[];
  /** Of the documents that gained labels. */
  ids: string[];
  counts: RefineCounts;
  how: 'refine';
  settings: Derivation['settings'];
}

/**
 * Hybrid merge (Naraki et al.): the labels of each document stay, and of the spans proposed for it those are added that share no word
 * with a label; between themselves they are settled by the policy. Added spans keep source, score and note. What is drawn at
 * random depends on the seed and the text alone, not on the other documents.
 */
export function refine(documents: readonly Document[], proposedFor: (document: Document, position: number) => readonly Span[], { overlap, seed, language }: RefineSettings): Refined {
  const counts: RefineCounts = { labels: 0, proposed: 0, kept: 0, same: 0, covered: 0, lost: 0, wordless: 0 };
  const ids: string[] = [];
  const refined = documents.map((document, position) => {
    const proposed = proposedFor(document, position);
    counts.labels += document.spans.length;
    counts.proposed += proposed.length;
    if (proposed.length === 0) return document;
    const settled = settleOverlaps(wordsOf(document, language), document.spans, proposed, overlap, () => fork(seed, `overlap ${document.text}`));
    for (const fate of ['kept', 'same', 'covered', 'lost', 'wordless'] as const) counts[fate] += settled[fate].length;
    if (settled.kept.length === 0) return document;
    ids.push(document.id);
    return { ...document, spans: [...document.spans, ...settled.kept].sort((a, b) => a.start - b.start || b.end - a.end) };
  });
  return { documents: refined, ids, counts, how: 'refine', settings: { overlap, seed } };
}

/** The same with the suggestions of a layer, but for those that were rejected. Suggestions that are labels afterwards count as accepted. */
export function refineLayer(documents: readonly Document[], layer: string, settings: RefineSettings): Refined {
  const refined = refine(documents, ({ suggestions = [] }) => suggestions.filter((span) => span.layer === layer && span.decided !== 'rejected').map(asLabel), settings);
  return {
    ...refined,
    settings: { ...refined.settings, layer },
    documents: refined.documents.map((document) => {
      const labels = new Set(document.spans.map(keyOf));
      const becomes = (span: Suggestion): boolean => span.layer === layer && span.decided === undefined && labels.has(keyOf(span));
      if (!document.suggestions?.some(becomes)) return document;
      return { ...document, suggestions: document.suggestions.map((span) => (becomes(span) ? { ...span, decided: 'accepted' as const } : span)) };
    }),
  };
}

function asLabel({ decided: _, layer, ...span }: Suggestion): Span {
  return { ...span, from: layer };
}
