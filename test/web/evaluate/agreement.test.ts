import { describe, expect, it } from 'vitest';
import type { Document } from '../../../web/src/dataset/document.ts';
import { wordsOfAll } from '../../../web/src/dataset/facts/words.ts';
import { agreement, agreementInterval } from '../../../web/src/evaluate/agreement.ts';
import type { Among, Annotator } from '../../../web/src/evaluate/agreement.ts';
import { kappa } from '../../../web/src/evaluate/word-kappa.ts';
import { tagsToSpans } from '../../../web/src/text/tags.ts';
import { readTagFixture, unpackTags } from './tag-fixture.ts';

interface Expected {
  exact: number[];
  boundary: number[];
  kappa: number | null;
  kappaOfLabelled: number | null;
  types: Record<string, number | null>;
}
const fixture = readTagFixture<Expected>('agreement.json');
const other: Annotator = { layer: 'other' };

/** One-letter words with a space between them; the first annotator's tags are the labels, the second's a layer beside another one. */
function documentsOf(first: string[][], second: string[][]): Document[] {
  return first.map((tags, i) => {
    const words = tags.map((_, word): [number, number] => [2 * word, 2 * word + 1]);
    const suggestions = tagsToSpans(words, second[i]!, 'llm').map((span) => ({ ...span, layer: 'other' }));
    const noise = words.slice(0, 1).map(([start, end]) => ({ start, end, type: 'noise', source: 'model' as const, layer: 'third' }));
    return { id: String(i), text: tags.map(() => 'w').join(' '), words, spans: tagsToSpans(words, tags, 'manual'), suggestions: [...noise, ...suggestions], origin: { file: 'f', line: i + 1 } };
  });
}

const compare = (documents: readonly Document[], first: Annotator, second: Annotator, among?: Among) => agreement(documents, wordsOfAll(documents), first, second, among);
const near = (ours: number | null, theirs: number | null, where: string): void => {
  if (theirs === null || ours === null) expect(ours, where).toBe(theirs);
  else expect(Math.abs(ours - theirs), where).toBeLessThan(1e-9);
};

describe('agreement', () => {
  it("equals seqeval's entity scores, with types and without, and scikit-learn's kappa over all words, over labelled ones and by type", () => {
    expect(fixture.cases.length).toBeGreaterThanOrEqual(150);
    fixture.cases.forEach((item, i) => {
      const ours = compare(documentsOf(unpackTags(item.gold, fixture.types), unpackTags(item.predicted, fixture.types)), 'labels', other);
      (['precision', 'recall', 'f1'] as const).forEach((name, j) => {
        near(ours.exact[name], item.exact[j]!, `case ${i + 1}, ${name}`);
        near(ours.boundary[name], item.boundary[j]!, `case ${i + 1}, ${name} of boundaries`);
      });
      near(ours.kappa, item.kappa, `case ${i + 1}, kappa`);
      near(ours.kappaOfLabelled, item.kappaOfLabelled, `case ${i + 1}, kappa of labelled words`);
      expect(Object.keys(ours.types).sort(), `case ${i + 1}`).toEqual(Object.keys(item.types).sort());
      for (const [type, expected] of Object.entries(item.types)) near(ours.types[type]!.kappa, expected, `case ${i + 1}, kappa of ${type}`);
    });
  });

  it('is the same the other way round, but that precision and recall change places', () => {
    for (const item of fixture.cases.slice(0, 40)) {
      const documents = documentsOf(unpackTags(item.gold, fixture.types), unpackTags(item.predicted, fixture.types));
      const [there, back] = [compare(documents, 'labels', other), compare(documents, other, 'labels')];
      near(there.kappa, back.kappa, 'kappa');
      near(there.exact.f1, back.exact.f1, 'F1');
      near(there.exact.precision, back.exact.recall, 'precision');
      expect(there.spans).toEqual([...back.spans].reverse());
    }
  });

  it('is over the documents asked for: all, those where either has a span, or both', () => {
    const documents = documentsOf([['B-a'], ['B-a'], ['O'], ['O']], [['B-a'], ['O'], ['B-a'], ['O']]);
    expect(['all', 'either', 'both'].map((among) => compare(documents, 'labels', other, among as Among).documents)).toEqual([4, 3, 1]);
    expect(compare(documents, 'labels', other)).toMatchObject({ spans: [2, 2], words: 4, labelledWords: 3 });
  });

  it('holds two layers against each other too', () => {
    expect(compare(documentsOf([['O', 'O']], [['B-noise', 'O']]), { layer: 'third' }, other).exact.f1).toBe(1);
  });

  it('is 0 and has no kappa where nobody has labelled anything', () => {
    expect(compare(documentsOf([['O', 'O']], [['O', 'O']]), 'labels', other)).toMatchObject({ exact: { f1: 0 }, kappa: null, kappaOfLabelled: null, types: {} });
    expect(compare([], 'labels', other)).toMatchObject({ documents: 0, kappa: null });
  });

  it('has an interval around its F1, the same for the same seed, and none without documents', () => {
    const sentences = fixture.cases.slice(0, 60);
    const documents = sentences.flatMap(({ gold, predicted }) => documentsOf(unpackTags(gold, fixture.types), unpackTags(predicted, fixture.types)));
    const { f1 } = compare(documents, 'labels', other).exact;
    const { low, high } = agreementInterval(documents, 'labels', other, 1)!;
    expect(low).toBeLessThan(f1);
    expect(high).toBeGreaterThan(f1);
    expect(high - low).toBeLessThan(0.3);
    expect(agreementInterval(documents, 'labels', other, 1)).toEqual({ low, high });
    expect(agreementInterval([], 'labels', other, 1)).toBeNull();
  });
});

describe('kappa', () => {
  it("is that of Cohen's textbook table", () => {
    // Observed 0.7, by chance 0.5.
    expect(kappa([[20, 5], [10, 15]])).toBeCloseTo(0.4, 12);
  });
});
