import fc from 'fast-check';
import type { Document, Split } from '../../../web/src/dataset/document.ts';
import type { Placed } from '../../../web/src/dataset/placed.ts';

/**
 * A document in one line: words with one space between them; `[…]type` marks a span of whole words, `[…]one,two` two of the same words.
 */
export function documentOf(marked: string, split?: Split, id = marked): Document {
  const document: Document = { id, text: '', words: [], spans: [], origin: { file: 'f', line: 1 }, ...(split ? { split } : {}) };
  const open: number[] = [];
  for (const piece of marked.split(' ').filter(Boolean)) {
    const [, brackets, word, ends] = /^(\[*)(.*?)((?:\][\w,-]+)*)$/.exec(piece)!;
    const start = document.text ? document.text.length + 1 : 0;
    document.text += `${document.text ? ' ' : ''}${word}`;
    document.words!.push([start, document.text.length]);
    open.push(...Array.from(brackets!, () => start));
    for (const types of ends!.split(']').slice(1)) {
      const begun = open.pop()!;
      for (const type of types.split(',')) document.spans.push({ start: begun, end: document.text.length, type, source: 'manual' });
    }
  }
  return document;
}

/** At places with gaps, as after a removal. */
export function placed(documents: readonly Document[]): Placed[] {
  return documents.map((document, i) => ({ position: 10 * i + 3, document }));
}

/** Documents of few texts with spans of up to six types, rare and frequent ones, over all splits or none. */
export const someDocuments: fc.Arbitrary<Document[]> = documents(0);

/** The same every time. */
export const hundredDocuments: Document[] = fc.sample(documents(100), { seed: 1, numRuns: 1 })[0]!;

function documents(minLength: number): fc.Arbitrary<Document[]> {
  const draft = fc.record({
    text: fc.integer({ min: 0, max: 60 }),
    types: fc.array(fc.constantFrom('a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'd', 'e', 'f'), { maxLength: 5 }),
    split: fc.constantFrom<Split | undefined>('train', 'train', 'dev', 'test', undefined),
  });
  return fc.array(draft, { minLength, maxLength: 120, size: 'max' }).map((drafts) =>
    drafts.map(({ text, types, split }, i) => ({
      id: `d${i}`,
      text: `text ${text} a b c d e`,
      spans: types.map((type, j) => ({ start: 2 * j, end: 2 * j + 1, type, source: 'manual' as const })),
      origin: { file: 'f', line: i + 1 },
      ...(split ? { split } : {}),
    })),
  );
}
