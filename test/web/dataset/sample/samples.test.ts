import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document, Split } from '../../../../web/src/dataset/document.ts';
import { dropSpans } from '../../../../web/src/dataset/noise.ts';
import { splitOf } from '../../../../web/src/dataset/sample/drawn.ts';
import { firstOfEachType } from '../../../../web/src/dataset/sample/first.ts';
import { sampleShare } from '../../../../web/src/dataset/sample/share.ts';
import { SPLITS } from '../../../../web/src/dataset/split/shares.ts';
import { documentOf, hundredDocuments, someDocuments } from '../some-documents.ts';

const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const seed = fc.integer({ min: 0, max: 1000 });
const splits: fc.Arbitrary<Split[]> = fc.subarray(['train', 'dev', 'test'] as Split[]);
const spansOf = (documents: readonly Document[]) => documents.flatMap(({ id, spans }) => spans.map(({ start, type }) => `${id} ${start} ${type}`));

describe('sampleShare', () => {
  it('takes exactly its share of each split, rounded, keeps the other splits whole and the order', () => {
    fc.assert(
      fc.property(someDocuments, share, splits, seed, (documents, wanted, from, number) => {
        const { documents: drawn, ids } = sampleShare(documents, { share: wanted, splits: from, seed: number });
        for (const split of SPLITS) {
          const all = documents.filter((document) => splitOf(document) === split).length;
          expect(drawn.filter((document) => splitOf(document) === split)).toHaveLength(from.includes(split) ? Math.round(wanted * all) : all);
        }
        const left = new Set(drawn);
        expect(drawn).toEqual(documents.filter((document) => left.has(document)));
        expect(ids).toEqual(drawn.filter((document) => from.includes(splitOf(document))).map(({ id }) => id));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('holds every smaller share of the same seed', () => {
    fc.assert(
      fc.property(someDocuments, share, share, seed, (documents, a, b, number) => {
        const draw = (wanted: number) => sampleShare(documents, { share: wanted, splits: SPLITS, seed: number }).ids;
        expect(draw(Math.max(a, b))).toEqual(expect.arrayContaining(draw(Math.min(a, b))));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('draws others with another seed, and refuses a share that is none', () => {
    const draw = (number: number) => sampleShare(hundredDocuments, { share: 0.5, splits: ['train'], seed: number }).ids;
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(() => sampleShare([], { share: 20, splits: ['train'], seed: 1 })).toThrow('The share is 20: it must be between 0 and 1.');
  });
});

describe('dropSpans', () => {
  it('drops exactly round(share · spans), and nothing but spans of the splits named', () => {
    fc.assert(
      fc.property(someDocuments, share, splits, seed, (documents, wanted, of, number) => {
        const noised = dropSpans(documents, { share: wanted, splits: of, seed: number });
        const chosen = (all: readonly Document[]) => all.filter((document) => of.includes(splitOf(document)));
        const before = spansOf(chosen(documents));
        expect(noised.spans).toBe(before.length);
        expect(noised.dropped).toBe(Math.round(wanted * before.length));
        expect(spansOf(chosen(noised.documents))).toHaveLength(before.length - noised.dropped);
        const withoutSpans = (all: readonly Document[]) => all.map((document) => ({ ...document, spans: [] }));
        expect(withoutSpans(noised.documents)).toEqual(withoutSpans(documents));
        const left = new Set(noised.documents.flatMap((document) => document.spans));
        expect(noised.documents.map(({ spans }) => spans)).toEqual(documents.map(({ spans }) => spans.filter((span) => left.has(span))));
        expect(noised.ids).toEqual(documents.flatMap(({ id, spans }) => (spans.every((span) => left.has(span)) ? [] : [id])));
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('drops with a larger share all that it drops with a smaller one of the same seed', () => {
    fc.assert(
      fc.property(someDocuments, share, share, seed, (documents, a, b, number) => {
        const left = (wanted: number) => spansOf(dropSpans(documents, { share: wanted, splits: ['train'], seed: number }).documents);
        expect(left(Math.min(a, b))).toEqual(expect.arrayContaining(left(Math.max(a, b))));
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('drops other spans with another seed, each about as often as the others', () => {
    const gone = new Map<string, number>();
    const all = spansOf(hundredDocuments);
    for (let number = 0; number < 400; number++) {
      const left = new Set(spansOf(dropSpans(hundredDocuments, { share: 0.25, splits: SPLITS, seed: number }).documents));
      for (const span of all) if (!left.has(span)) gone.set(span, (gone.get(span) ?? 0) + 1);
    }
    for (const span of all) expect(Math.abs(gone.get(span)! - 100)).toBeLessThan(45);
  });

  it('remembers how it was made', () => {
    const { how, settings } = dropSpans([], { share: 0.2, splits: ['train', 'dev'], seed: 9 });
    expect({ how, settings }).toEqual({ how: 'noise', settings: { share: 0.2, splits: 'train dev', seed: 9 } });
  });
});

describe('firstOfEachType', () => {
  const documents = ['[A]x [B]x', '[C]x', 'nothing', '[D]y [E]x', '[F]z', '[G]y'].map((line) => documentOf(line));

  it('takes a document where one of its types is still short, in the order they stand', () => {
    const { ids, got, short } = firstOfEachType(documents, { count: 2, of: 'documents', splits: ['train'] });
    expect(ids).toEqual(['[A]x [B]x', '[C]x', '[D]y [E]x', '[F]z', '[G]y']);
    expect(got).toEqual({ x: 3, y: 2, z: 1 });
    expect(short).toEqual([{ type: 'z', wanted: 2, got: 1, available: 1 }]);
  });

  it('counts entities where these are wanted', () => {
    const { ids, got } = firstOfEachType(documents, { count: 2, of: 'entities', splits: ['train'] });
    expect(ids).toEqual(['[A]x [B]x', '[D]y [E]x', '[F]z', '[G]y']);
    expect(got).toEqual({ x: 3, y: 2, z: 1 });
  });

  it('has of each type as many as wanted or all there are, and no document that it could do without when it came', () => {
    fc.assert(
      fc.property(someDocuments, fc.integer({ min: 1, max: 8 }), fc.constantFrom('documents' as const, 'entities' as const), (all, count, of) => {
        const { documents: drawn, ids, got, short } = firstOfEachType(all, { count, of, splits: ['train'] });
        const train = all.filter((document) => splitOf(document) === 'train');
        const numberOf = (type: string, among: readonly Document[]) =>
          among.flatMap(({ spans }) => (spans.filter((span) => span.type === type).slice(0, of === 'entities' ? undefined : 1))).length;
        for (const [type, number] of Object.entries(got)) {
          const available = numberOf(type, train);
          expect(number).toBe(numberOf(type, drawn.filter((document) => splitOf(document) === 'train')));
          if (number < count) expect(short).toContainEqual({ type, wanted: count, got: available, available });
        }
        ids.forEach((id, i) => {
          const before = ids.slice(0, i).map((other) => all.find((document) => document.id === other)!);
          expect(all.find((document) => document.id === id)!.spans.some(({ type }) => numberOf(type, before) < count)).toBe(true);
        });
        expect(drawn.filter((document) => splitOf(document) !== 'train')).toEqual(all.filter((document) => splitOf(document) !== 'train'));
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('refuses a number that is none', () => expect(() => firstOfEachType([], { count: 0, of: 'documents', splits: ['train'] })).toThrow('The number wanted is 0: it must be a whole number from 1.'));
});
