import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { splitOf } from '../../../../web/src/dataset/sample/drawn.ts';
import { sampleFewShot } from '../../../../web/src/dataset/sample/few-shot.ts';
import type { FewShotSettings } from '../../../../web/src/dataset/sample/few-shot.ts';
import { documentOf, hundredDocuments, someDocuments } from '../some-documents.ts';

const settings: fc.Arbitrary<FewShotSettings> = fc.record(
  {
    k: fc.integer({ min: 1, max: 6 }),
    ways: fc.integer({ min: 1, max: 6 }),
    without: fc.constantFrom('texts' as const, 'spans' as const),
    splits: fc.constantFrom(['train' as const], ['train' as const, 'dev' as const]),
    seed: fc.integer({ min: 0, max: 1000 }),
  },
  { requiredKeys: ['k', 'without', 'splits', 'seed'] },
);
const typesIn = (documents: readonly Document[]) => new Set(documents.flatMap(({ spans }) => spans.map(({ type }) => type)));
const fits = (documents: readonly Document[], { ways }: FewShotSettings) => ways === undefined || ways <= typesIn(documents).size;

describe('sampleFewShot', () => {
  it('holds of each type at least k entities and at most 2k; a type with fewer is named with what there is', () => {
    fc.assert(
      fc.property(someDocuments, settings, (documents, how) => {
        fc.pre(fits(documents, how));
        const { documents: sample, ids, types, got, short } = sampleFewShot(documents, how);
        const drawn = sample.filter((document) => how.splits.includes(splitOf(document)));
        expect(drawn.map(({ id }) => id)).toEqual(ids);
        for (const type of types) {
          const count = drawn.flatMap(({ spans }) => spans).filter((span) => span.type === type).length;
          expect(got[type]).toBe(count);
          expect(count).toBeLessThanOrEqual(2 * how.k);
          const told = short.find((other) => other.type === type);
          if (count >= how.k) expect(told).toBeUndefined();
          else expect(told).toMatchObject({ wanted: how.k, got: count });
        }
        for (const { spans } of drawn) expect(spans.length).toBeGreaterThan(0);
        expect(types).toHaveLength(how.ways ?? typesIn(documents).size);
        expect(sampleFewShot(documents, how).ids).toEqual(ids);
      }),
      { seed: 1, numRuns: 80 },
    );
  });

  it('never falls short where each type has k entities in texts of its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.integer({ min: 8, max: 20 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: 99 }), (k, counts, seed) => {
        const documents = counts.flatMap((count, type) => Array.from({ length: count }, (_, i) => documentOf(`[x]t${type}`, 'train', `${type} ${i}`)));
        const { short, got } = sampleFewShot(documents, { k, without: 'texts', splits: ['train'], seed });
        expect(short).toEqual([]);
        // Greedy search takes such texts only while they are wanted.
        for (const count of Object.values(got)) expect(count).toBe(k);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('with fewer types than there are leaves out texts with others, or only their spans, in every split', () => {
    fc.assert(
      fc.property(someDocuments, settings, (documents, how) => {
        fc.pre(how.ways !== undefined && fits(documents, how));
        const { documents: sample, types } = sampleFewShot(documents, how);
        const byId = new Map(documents.map((document) => [document.id, document]));
        for (const document of sample) {
          const original = byId.get(document.id)!;
          expect(document).toEqual({ ...original, spans: original.spans.filter(({ type }) => types.includes(type)) });
          if (how.without === 'texts') expect(document.spans).toEqual(original.spans);
        }
        const rest = documents.filter((document) => !how.splits.includes(splitOf(document)));
        const kept = how.without === 'spans' ? rest : rest.filter(({ spans }) => spans.every(({ type }) => types.includes(type)));
        expect(sample.filter((document) => !how.splits.includes(splitOf(document))).map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('finds the one rare text that common types would shut out', () => {
    const common = Array.from({ length: 200 }, (_, i) => documentOf('[a]x [b]x', 'train', `common ${i}`));
    const rare = documentOf('[a]x [c]y', 'train', 'rare');
    for (let seed = 0; seed < 10; seed++) {
      const { short, ids } = sampleFewShot([...common, rare], { k: 1, without: 'texts', splits: ['train'], seed });
      expect(short).toEqual([]);
      expect(ids).toContain('rare');
    }
  });

  it('says of a type that stands only in texts with too much of another how many there are', () => {
    const { short } = sampleFewShot([documentOf('[a]x [b]x [c]x [d]y'), documentOf('[a]x')], { k: 1, without: 'texts', splits: ['train'], seed: 1 });
    expect(short).toEqual([{ type: 'y', wanted: 1, got: 0, available: 1 }]);
  });

  it('draws other texts and types with another seed', () => {
    const draw = (seed: number) => sampleFewShot(hundredDocuments, { k: 2, ways: 3, without: 'spans', splits: ['train'], seed });
    expect(draw(1)).toEqual(draw(1));
    expect(new Set(Array.from({ length: 10 }, (_, seed) => draw(seed).ids.join())).size).toBe(10);
    expect(new Set(Array.from({ length: 10 }, (_, seed) => draw(seed).types.join())).size).toBeGreaterThan(3);
  });

  it('refuses more types than there are', () => {
    expect(() => sampleFewShot([documentOf('[a]x')], { k: 1, ways: 3, without: 'texts', splits: ['train'], seed: 1 })).toThrow('3 types are wanted, but there is 1. Ask for 1 or fewer.');
  });

  it('remembers how it was made', () => {
    const { how, settings: told } = sampleFewShot([documentOf('[a]x')], { k: 5, ways: 1, without: 'spans', splits: ['train'], seed: 4 });
    expect({ how, settings: told }).toEqual({ how: 'few-shot', settings: { k: 5, ways: 1, without: 'spans', splits: 'train', seed: 4 } });
  });
});
