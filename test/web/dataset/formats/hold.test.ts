import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hold, holdAll, type Losses } from '../../../../web/src/dataset/formats/hold.ts';
import { writers } from '../../../../web/src/dataset/formats/writers.ts';
import { dataSets } from '../arbitrary.ts';
import { comparable, written } from './files.ts';

const runs = { numRuns: 150, seed: 8 };

describe('hold', () => {
  it('takes nothing from a document where the format holds everything', () => {
    const holds = { spans: 'any', text: 'exact', words: true, scores: true, notes: true, sources: true, splits: true, suggestions: true } as const;
    fc.assert(
      fc.property(dataSets(), ({ documents, language }) => {
        const losses: Losses = new Map();
        expect(Array.from(holdAll(documents, holds, language, losses), (document) => comparable(document))).toEqual(documents.map((document) => comparable(document)));
        expect(losses).toEqual(new Map());
      }),
      runs,
    );
  });

  it.each(written)('of %s counts a loss wherever it changes a document, and none where it does not', async (format) => {
    const { holds } = await writers[format]!();
    let [same, changed] = [0, 0];
    fc.assert(
      fc.property(dataSets(), ({ documents, language }) => {
        for (const document of documents) {
          const losses: Losses = new Map();
          const held = hold(document, holds, language, losses);
          // A format of words adds those that were found in the text, and one that covers the text some for what lies between.
          const before = comparable(held.words && (!document.words || holds.words === 'cover') ? { ...document, words: held.words } : document);
          if (losses.size === 0) {
            expect(comparable(held)).toEqual(before);
            same++;
          } else {
            expect(comparable(held)).not.toEqual(before);
            changed++;
          }
        }
      }),
      runs,
    );
    if (!Object.values(holds).every((value) => value === true || value === 'any' || value === 'exact')) expect(changed).toBeGreaterThan(30);
    expect(same).toBeGreaterThan(0);
  });

  it.each(written)('of %s changes nothing more the second time', async (format) => {
    const { holds } = await writers[format]!();
    fc.assert(
      fc.property(dataSets(), ({ documents, language }) => {
        for (const held of holdAll(documents, holds, language)) expect(comparable(hold(held, holds, language))).toEqual(comparable(held));
      }),
      runs,
    );
  });
});
