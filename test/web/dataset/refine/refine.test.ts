import { describe, expect, it } from 'vitest';
import type { Document, Suggestion } from '../../../../web/src/dataset/document.ts';
import { refine, refineLayer } from '../../../../web/src/dataset/refine/refine.ts';
import type { Span } from '../../../../web/src/text/span.ts';
import { documentOf } from '../some-documents.ts';

const llm = (document: Document): Span[] => document.spans.map((span) => ({ ...span, source: 'llm' as const, score: 0.5 }));
const shown = ({ text, spans }: Document): string[] => spans.map(({ start, end, type, source }) => `${text.slice(start, end)} ${type} ${source}`);

describe('refine', () => {
  it('adds what the LLM found beside the labels made by hand, and says of each label who made it', () => {
    const documents = [documentOf('[Ana]PER left Oslo for Acme Corp'), documentOf('Nobody came')];
    const proposed = [documentOf('[Ana]LOC left [Oslo]LOC for [Acme Corp]ORG'), documentOf('Nobody came')].map(llm);
    const { documents: refined, ids, counts } = refine(documents, (_, position) => proposed[position]!, { overlap: 'longest', seed: 1 });
    expect(shown(refined[0]!)).toEqual(['Ana PER manual', 'Oslo LOC llm', 'Acme Corp ORG llm']);
    expect(refined[0]!.spans.map(({ score }) => score)).toEqual([undefined, 0.5, 0.5]);
    expect(refined[1]).toBe(documents[1]);
    expect(ids).toEqual([documents[0]!.id]);
    expect(counts).toEqual({ labels: 1, proposed: 3, kept: 2, same: 0, covered: 1, lost: 0, wordless: 0 });
  });

  it('draws the same for a text whatever texts are beside it', () => {
    const texts = Array.from({ length: 40 }, (_, i) => documentOf(`the [Acme]ORG,LOC house ${i}`));
    const bare = texts.map((document) => ({ ...document, spans: [] }));
    const all = refine(bare, (_, position) => llm(texts[position]!), { overlap: 'random', seed: 3 }).documents.map(shown);
    const backwards = refine(bare.toReversed(), (_, position) => llm(texts.toReversed()[position]!), { overlap: 'random', seed: 3 }).documents.map(shown);
    expect(backwards.toReversed()).toEqual(all);
    expect(new Set(all.flat())).toEqual(new Set(['Acme ORG llm', 'Acme LOC llm']));
    expect(refine(bare, (_, position) => llm(texts[position]!), { overlap: 'random', seed: 4 }).documents.map(shown)).not.toEqual(all);
  });

  it('keeps both labels where they are to be mixed', () => {
    const document = documentOf('the [Acme]ORG,LOC house');
    expect(shown(refine([{ ...document, spans: [] }], () => llm(document), { overlap: 'mix', seed: 1 }).documents[0]!)).toEqual(['Acme ORG llm', 'Acme LOC llm']);
  });
});

describe('refineLayer', () => {
  const suggestion = (start: number, end: number, more: Partial<Suggestion> = {}): Suggestion => ({ start, end, type: 'PER', source: 'llm', layer: 'run', ...more });
  const document: Document = {
    ...documentOf('[Ana]PER met Bo and Cy and Di'),
    suggestions: [suggestion(0, 3), suggestion(8, 10, { score: 0.4 }), suggestion(15, 17, { decided: 'rejected' }), suggestion(22, 24, { layer: 'other' })],
  };
  const { documents, settings, counts } = refineLayer([document], 'run', { overlap: 'score', seed: 2 });

  it('takes the suggestions of that layer which nobody rejected, and a label keeps its layer', () => {
    expect(documents[0]!.spans.slice(1)).toEqual([{ start: 8, end: 10, type: 'PER', source: 'llm', score: 0.4, from: 'run' }]);
    expect(counts).toMatchObject({ proposed: 2, kept: 1, same: 1 });
    expect(settings).toEqual({ overlap: 'score', seed: 2, layer: 'run' });
  });

  it('counts as accepted what is a label now and leaves the rest as it was', () => {
    expect(documents[0]!.suggestions!.map(({ decided }) => decided)).toEqual(['accepted', 'accepted', 'rejected', undefined]);
  });
});
