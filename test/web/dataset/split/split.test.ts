import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changed } from '../../../../web/src/dataset/change.ts';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { sameText } from '../../../../web/src/dataset/same-text.ts';
import { quotas, SPLITS } from '../../../../web/src/dataset/split/shares.ts';
import { splitChanges, splitDocuments } from '../../../../web/src/dataset/split/split.ts';
import type { SplitSettings } from '../../../../web/src/dataset/split/split.ts';
import { hundredDocuments, placed, someDocuments } from '../some-documents.ts';

const shares = fc
  .tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))
  .map(([train, dev, test]) => ({ train: train / (train + dev + test), dev: dev / (train + dev + test), test: test / (train + dev + test) }));
const settings: fc.Arbitrary<SplitSettings> = fc.record({ by: fc.constantFrom('ratio', 'stratified'), shares, seed: fc.integer({ min: 0, max: 1000 }), together: fc.boolean() });

describe('quotas', () => {
  it('add up, are less than one text off where each split gets one anyway, and leave no split with a share empty where there are enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), shares, (count, wanted) => {
        const sizes = quotas(count, wanted);
        expect(sizes.train + sizes.dev + sizes.test).toBe(count);
        const exact = SPLITS.every((split) => wanted[split] * count >= 1 || wanted[split] === 0);
        for (const split of SPLITS) {
          if (exact) expect(Math.abs(sizes[split] - wanted[split] * count)).toBeLessThan(1);
          if (wanted[split] === 0) expect(sizes[split]).toBe(0);
          else if (count >= 3) expect(sizes[split]).toBeGreaterThan(0);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('are the numbers a person expects', () => {
    expect(quotas(10, { train: 0.8, dev: 0.1, test: 0.1 })).toEqual({ train: 8, dev: 1, test: 1 });
    expect(quotas(30, { train: 0.7, dev: 0.1, test: 0.2 })).toEqual({ train: 21, dev: 3, test: 6 });
    expect(quotas(3, { train: 0.8, dev: 0.1, test: 0.1 })).toEqual({ train: 1, dev: 1, test: 1 });
    expect(quotas(5, { train: 0.5, dev: 0, test: 0.5 })).toEqual({ train: 3, dev: 0, test: 2 });
  });
});

describe('splitDocuments', () => {
  it('gives each document one split, lists the same ids, and gives the same again for the same seed', () => {
    fc.assert(
      fc.property(someDocuments, settings, (documents, how) => {
        const { splits, ids } = splitDocuments(documents, how);
        expect(splits).toHaveLength(documents.length);
        for (const split of SPLITS) expect(ids[split]).toEqual(documents.flatMap(({ id }, i) => (splits[i] === split ? [id] : [])));
        for (const split of SPLITS) if (how.shares[split] === 0) expect(ids[split]).toEqual([]);
        expect(splitDocuments(documents, how).splits).toEqual(splits);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('by ratio gives splits of exactly the sizes wanted', () => {
    fc.assert(
      fc.property(someDocuments, shares, (documents, wanted) => {
        const { ids } = splitDocuments(documents, { by: 'ratio', shares: wanted, seed: 3, together: false });
        expect({ train: ids.train.length, dev: ids.dev.length, test: ids.test.length }).toEqual(quotas(documents.length, wanted));
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('together never parts documents of the same text, and misses a size by less than the largest group', () => {
    fc.assert(
      fc.property(someDocuments, settings, (documents, how) => {
        const { splits, ids } = splitDocuments(documents, { ...how, together: true });
        const groups = Map.groupBy(documents.keys(), (i) => sameText(documents[i]!.text));
        for (const group of groups.values()) expect(new Set(group.map((i) => splits[i])).size).toBe(1);
        const largest = Math.max(0, ...[...groups.values()].map(({ length }) => length));
        const sizes = quotas(documents.length, how.shares);
        if (how.by === 'ratio') for (const split of SPLITS) expect(Math.abs(ids[split].length - sizes[split])).toBeLessThan(Math.max(1, 2 * largest));
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('another seed gives another split', () => {
    const split = (seed: number) => splitDocuments(hundredDocuments, { by: 'ratio', shares: { train: 0.5, dev: 0.25, test: 0.25 }, seed, together: false }).splits;
    expect(split(1)).not.toEqual(split(2));
  });

  it('refuses shares that do not add up to 1 or lie outside 0 to 1', () => {
    const split = (train: number, dev: number, test: number) => () => splitDocuments([], { by: 'ratio', shares: { train, dev, test }, seed: 1, together: false });
    expect(split(0.8, 0.1, 0.2)).toThrow('add up to 1.1');
    expect(split(1.5, -0.5, 0)).toThrow('The share of train is 1.5: it must be between 0 and 1.');
  });

  it('says with which settings it was made', () => {
    const { how, settings: told } = splitDocuments([], { by: 'stratified', shares: { train: 0.8, dev: 0.1, test: 0.1 }, seed: 7, together: true });
    expect({ how, ...told }).toEqual({ how: 'split', by: 'stratified', train: 0.8, dev: 0.1, test: 0.1, seed: 7, together: 'yes' });
  });
});

describe('stratified', () => {
  const fixture = JSON.parse(readFileSync(new URL('../../../fixtures/stratification.json', import.meta.url), 'utf8')) as {
    seeds: number;
    cases: { shares: [number, number, number]; labels: string; stratified: [number, number]; byLot: [number, number] }[];
  };
  /** Mean distance of the types' shares, and of the sizes, from those wanted, over as many seeds as the package was given. */
  const distances = (by: 'ratio' | 'stratified', labels: string[], [train, dev, test]: [number, number, number]): [number, number] => {
    const documents: Document[] = labels.map((types, i) => ({ id: String(i), text: String(i), spans: Array.from(types, (type, j) => ({ start: j, end: j + 1, type, source: 'manual' as const })), origin: { file: 'f', line: 1 } }));
    const wanted = { train, dev, test };
    const types = [...new Set(labels.join(''))];
    const [ofTypes, ofSizes]: [number[], number[]] = [[], []];
    for (let seed = 1; seed <= fixture.seeds; seed++) {
      const { splits } = splitDocuments(documents, { by, shares: wanted, seed, together: false });
      for (const split of SPLITS) {
        ofSizes.push(Math.abs(splits.filter((own) => own === split).length / labels.length - wanted[split]));
        for (const type of types) {
          const holders = labels.flatMap((own, i) => (own.includes(type) ? [splits[i]] : []));
          ofTypes.push(Math.abs(holders.filter((own) => own === split).length / holders.length - wanted[split]));
        }
      }
    }
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean(ofTypes), mean(ofSizes)];
  };

  it.each(fixture.cases.map((item, i) => [i + 1, item] as const))('shares out types and sizes as the package iterative-stratification does, and better than by lot: case %i', (_, { shares: wanted, labels, stratified, byLot }) => {
    const rows = labels.split('|');
    const [ofTypes, ofSizes] = distances('stratified', rows, wanted);
    expect(ofTypes).toBeLessThan(1.15 * stratified[0]);
    expect(ofSizes).toBeLessThan(1.15 * stratified[1] + 1 / rows.length);
    expect(ofTypes).toBeLessThan(0.6 * byLot[0]);
    expect(distances('ratio', rows, wanted)[0]).toBeGreaterThan(ofTypes);
  });
});

describe('splitChanges', () => {
  it('give each document its split and leave out those that have it', () => {
    const { splits } = splitDocuments(hundredDocuments, { by: 'ratio', shares: { train: 0.6, dev: 0.2, test: 0.2 }, seed: 1, together: false });
    const places = placed(hundredDocuments);
    const changes = splitChanges(places, splits);
    const edits = new Map(changes.map((change) => [change.position, change]));
    expect(places.map(({ position, document }) => (edits.has(position) ? changed(document, edits.get(position)!)! : document).split)).toEqual(splits);
    expect(edits.size).toBe(hundredDocuments.filter(({ split }, i) => split !== splits[i]).length);
    for (const { before } of changes) expect(Object.keys(before!)).toEqual(['split']);
  });
});
