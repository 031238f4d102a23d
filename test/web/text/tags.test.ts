import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span, WordRange } from '../../../web/src/text/span.ts';
import { bioLabels, spansToTags, tagsToSpans } from '../../../web/src/text/tags.ts';

const span = (start: number, end: number, type: string): Span => ({ start, end, type, source: 'manual' });
/** Five words of three characters with spaces between them. */
const five: WordRange[] = [0, 4, 8, 12, 16].map((start) => [start, start + 3]);

describe('bioLabels', () => {
  it('puts O first and sorts types by code point', () => {
    expect(bioLabels(['b', 'Z', 'a', 'b'])).toEqual(['O', 'B-Z', 'I-Z', 'B-a', 'I-a', 'B-b', 'I-b']);
    // In UTF-16 the surrogates of U+1F600 sort before U+FF5E; as code points they do not.
    expect(bioLabels(['\u{1f600}', '\uff5e'])).toEqual(['O', 'B-\uff5e', 'I-\uff5e', 'B-\u{1f600}', 'I-\u{1f600}']);
  });
});

describe('spansToTags', () => {
  it('begins touching spans of one type anew', () => {
    expect(spansToTags(five, [span(0, 7, 'a'), span(8, 11, 'a')]).tags).toEqual(['B-a', 'I-a', 'B-a', 'O', 'O']);
  });

  it('keeps the longest of overlapping spans and hands back the others', () => {
    const tagging = spansToTags(five, [span(0, 3, 'a'), span(0, 11, 'b'), span(8, 15, 'c')]);
    expect(tagging.tags).toEqual(['B-b', 'I-b', 'I-b', 'O', 'O']);
    expect(tagging.dropped.map(({ type }) => type).sort()).toEqual(['a', 'c']);
  });

  it('widens a span that cuts through a word and hands back one that holds no word', () => {
    const tagging = spansToTags(five, [span(1, 6, 'a'), span(11, 12, 'b')]);
    expect(tagging.tags).toEqual(['B-a', 'I-a', 'O', 'O', 'O']);
    expect(tagging.widened).toHaveLength(1);
    expect(tagging.empty).toEqual([span(11, 12, 'b')]);
  });
});

describe('tagsToSpans', () => {
  it('begins an entity at an I- without its B- and means the probabilities', () => {
    const spans = tagsToSpans(five, ['I-a', 'I-a', 'I-b', 'O', 'B-b'], 'model', [0.5, 1, 0.25, 1, 1]);
    expect(spans).toEqual([
      { start: 0, end: 7, type: 'a', source: 'model', score: 0.75 },
      { start: 8, end: 11, type: 'b', source: 'model', score: 0.25 },
      { start: 16, end: 19, type: 'b', source: 'model', score: 1 },
    ]);
  });

  it('gives back the spans that tags were made of', () => {
    const sequence = fc.array(fc.constantFrom('O', 'B-a', 'B-b', 'I'), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(sequence, (raw) => {
        let type = '';
        const tags = raw.map((tag) => {
          if (tag !== 'I') type = tag === 'O' ? '' : tag.slice(2);
          return tag === 'I' ? (type ? `I-${type}` : 'O') : tag;
        });
        expect(spansToTags(five, tagsToSpans(five, tags, 'manual')).tags).toEqual(tags);
      }),
    );
  });

  it('refuses tags of another length than the words', () => {
    expect(() => tagsToSpans(five, ['O'], 'model')).toThrow('1 tags for 5 words');
  });
});
