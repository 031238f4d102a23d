import type { Span } from '../../text/span.ts';
import type { Document } from '../document.ts';
import { edgeWordTest } from './edge-words.ts';
import type { Suspicion } from './suspicious.ts';
import { wordsTouched } from './words.ts';
import type { Words } from './words.ts';

/** A span beside whose edge an article or punctuation stands, within it or outside. */
interface Edge {
  index: number;
  span: Span;
  /** As it would be with the word on the other side. */
  other: Span;
}

/** Spans of one core string and type, at one edge of which the same word stands. */
interface Edges {
  core: string;
  within: Edge[];
  outside: Edge[];
}

/**
 * Spans that have an article or punctuation at their edge within them, where others of the same words and type leave it outside, or
 * the other way round. "the UN" and "UN" are compared only where "the" stands before both.
 */
export function suspiciousBoundaries(documents: readonly Document[], words: Words, language: string): Suspicion[] {
  const isEdge = edgeTable(words, language);
  const byKey = new Map<string, Edges>();
  documents.forEach(({ text, spans }, index) => {
    const [first, last] = [words.first[index]!, words.first[index + 1]!];
    for (const span of spans) {
      const [from, to] = wordsTouched(words, index, span.start, span.end);
      if (from === to || words.starts[from] !== span.start || words.ends[to - 1] !== span.end) continue;
      let [coreFrom, coreTo] = [from, to];
      while (coreFrom < to && isEdge[words.ids[coreFrom]!]) coreFrom++;
      while (coreTo > coreFrom && isEdge[words.ids[coreTo - 1]!]) coreTo--;
      if (coreFrom === coreTo) continue;
      const core = text.slice(words.starts[coreFrom], words.ends[coreTo - 1]);
      const note = (side: 'left' | 'right', edge: number, within: boolean, range: { start: number } | { end: number }): void => {
        const key = `${side} ${words.vocabulary[words.ids[edge]!]!.toLowerCase()} ${span.type} ${core}`;
        let edges = byKey.get(key);
        if (!edges) byKey.set(key, (edges = { core, within: [], outside: [] }));
        edges[within ? 'within' : 'outside'].push({ index, span, other: { ...span, ...range } });
      };
      if (coreFrom > from) note('left', from, true, { start: words.starts[from + 1]! });
      else if (from > first && isEdge[words.ids[from - 1]!]) note('left', from - 1, false, { start: words.starts[from - 1]! });
      if (coreTo < to) note('right', to - 1, true, { end: words.ends[to - 2]! });
      else if (to < last && isEdge[words.ids[to]!]) note('right', to, false, { end: words.ends[to]! });
    }
  });
  return [...byKey.values()].flatMap(compare);
}

function compare({ core, within, outside }: Edges): Suspicion[] {
  if (within.length === 0 || outside.length === 0) return [];
  const of = within.length + outside.length;
  const agree = Math.max(within.length, outside.length);
  const suspect = ({ index, span, other }: Edge, isMinority: boolean): Suspicion => ({ kind: 'boundary', text: core, index, span, proposed: isMinority ? other : null, agree, of });
  if (within.length === outside.length) return [...within, ...outside].map((edge) => suspect(edge, false));
  return (within.length < outside.length ? within : outside).map((edge) => suspect(edge, true));
}

/** Of each word of the vocabulary, whether it may stand on either side of a span's edge. */
function edgeTable({ vocabulary }: Words, language: string): boolean[] {
  return vocabulary.map(edgeWordTest(language));
}
