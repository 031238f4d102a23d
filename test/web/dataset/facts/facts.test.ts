import { describe, expect, it } from 'vitest';
import { countLabels, sumOf } from '../../../../web/src/dataset/facts/counts.ts';
import { entropy, labelEntropy } from '../../../../web/src/dataset/facts/entropy.ts';
import { lengths } from '../../../../web/src/dataset/facts/lengths.ts';
import { wordsOfAll, wordsTouched } from '../../../../web/src/dataset/facts/words.ts';
import { documentOf } from '../some-documents.ts';

describe('wordsOfAll', () => {
  it('has the words of the file where there are some, and finds those of running text', () => {
    const words = wordsOfAll([documentOf('one. two'), { id: '2', text: 'two one.', spans: [], origin: { file: 'f', line: 1 } }]);
    expect(words.vocabulary).toEqual(['one.', 'two', 'one', '.']);
    expect([...words.first]).toEqual([0, 2, 5]);
    expect([...words.ids]).toEqual([0, 1, 1, 2, 3]);
    expect([...words.starts]).toEqual([0, 5, 0, 4, 7]);
    expect([...words.ends]).toEqual([4, 8, 3, 7, 8]);
  });

  it('knows which words a stretch touches, whole or in part', () => {
    const words = wordsOfAll([documentOf('x'), documentOf('aa bb cc dd')]);
    const touched = (start: number, end: number) => wordsTouched(words, 1, start, end).map((word) => word - 1);
    expect(touched(3, 8)).toEqual([1, 3]);
    expect(touched(4, 7)).toEqual([1, 3]);
    expect(touched(2, 3)).toEqual([1, 1]);
    expect(touched(9, 99)).toEqual([3, 4]);
  });

  it('grows with the data', () => {
    const many = Array.from({ length: 3000 }, (_, i) => documentOf(`w${i} is here`));
    const words = wordsOfAll(many);
    expect(words.ids).toHaveLength(9000);
    expect(words.vocabulary).toHaveLength(3002);
    expect(words.vocabulary[words.ids[8997]!]).toBe('w2999');
  });
});

describe('countLabels', () => {
  const counts = countLabels([documentOf('[A]x [B]x [C]y', 'train'), documentOf('[A]x', 'test'), documentOf('none', 'dev'), documentOf('[A]z b')]);

  it('counts spans and the documents that hold them by type and split, the most frequent first', () => {
    expect(counts.types).toEqual([
      { type: 'x', spans: { train: 2, dev: 0, test: 1, none: 0 }, documents: { train: 1, dev: 0, test: 1, none: 0 } },
      { type: 'y', spans: { train: 1, dev: 0, test: 0, none: 0 }, documents: { train: 1, dev: 0, test: 0, none: 0 } },
      { type: 'z', spans: { train: 0, dev: 0, test: 0, none: 1 }, documents: { train: 0, dev: 0, test: 0, none: 1 } },
    ]);
  });

  it('counts documents, those without spans, and spans', () => {
    expect(counts.documents).toEqual({ train: 1, dev: 1, test: 1, none: 1 });
    expect(counts.withoutSpans).toEqual({ train: 0, dev: 1, test: 0, none: 0 });
    expect(sumOf(counts.spans)).toBe(5);
  });
});

describe('lengths', () => {
  it('counts words touched and code points, not UTF-16 units', () => {
    const documents = [documentOf('[🦉🦉 b]x c'), documentOf('a')];
    const { words, characters, spans, spanWords, spanCharacters } = lengths(documents, wordsOfAll(documents));
    expect([words.minimum, words.maximum, words.mean]).toEqual([1, 3, 2]);
    expect([characters.minimum, characters.maximum]).toEqual([1, 6]);
    expect([spans.count, spans.minimum, spans.maximum]).toEqual([2, 0, 1]);
    expect([spanWords.median, spanCharacters.median]).toEqual([2, 4]);
  });

  it('gives quantiles of the whole', () => {
    const documents = Array.from({ length: 100 }, (_, i) => documentOf(Array.from({ length: 100 - i }, () => 'w').join(' ')));
    expect(lengths(documents, wordsOfAll(documents)).words).toEqual(
      // numpy.quantile(range(1, 101), …)
      { count: 100, mean: 50.5, minimum: 1, lowerTwentieth: 5.95, lowerQuarter: 25.75, median: 50.5, upperQuarter: 75.25, upperTwentieth: 95.05, maximum: 100 },
    );
  });

  it('is 0 throughout without documents', () => expect(lengths([], wordsOfAll([])).words).toMatchObject({ count: 0, mean: 0, median: 0, maximum: 0 }));
});

describe('entropy', () => {
  it('is 0 for one kind and the binary logarithm of the number of kinds where all are as frequent', () => {
    expect(entropy([7])).toBe(0);
    expect(entropy([])).toBe(0);
    expect(entropy([3, 3, 3, 3])).toBeCloseTo(2, 12);
    expect(entropy([0, 5, 0, 5])).toBeCloseTo(1, 12);
  });

  it('is that of the definition: −Σ p log₂ p', () => expect(entropy([1, 2, 5])).toBeCloseTo(-(1 / 8) * Math.log2(1 / 8) - (2 / 8) * Math.log2(2 / 8) - (5 / 8) * Math.log2(5 / 8), 12));

  it('of labels is told for entities and for words, a word having the type of the longest span on it', () => {
    const documents = [documentOf('[[A]x b]y [c]x d'), documentOf('e f g h')];
    const { types, mostTypes, words, mostWords, outside } = labelEntropy(documents, wordsOfAll(documents));
    expect(types).toBeCloseTo(entropy([2, 1]), 12);
    expect(mostTypes).toBe(1);
    expect(words).toBeCloseTo(entropy([5, 1, 2]), 12);
    expect(mostWords).toBeCloseTo(Math.log2(3), 12);
    expect(outside).toBe(5 / 8);
  });

  it('of labels is 0 without any', () => {
    expect(labelEntropy([], wordsOfAll([]))).toEqual({ types: 0, mostTypes: 0, words: 0, mostWords: 0, outside: 0 });
  });
});
