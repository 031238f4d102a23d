import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { holdAll } from '../../../../web/src/dataset/formats/hold.ts';
import { writers } from '../../../../web/src/dataset/formats/writers.ts';
import { dataSets } from '../arbitrary.ts';
import { bytesWritten, offer, readAll, withoutOrigin } from './through-files.ts';

const bySplit = (documents: readonly Document[]): Document[] => ['train', 'dev', 'test', undefined].flatMap((split) => documents.filter((document) => document.split === split));

describe('what is written to several files in an archive is read back as the format holds it', () => {
  it.each([
    ['brat', (documents: readonly Document[]) => [...documents]],
    ['parquet', bySplit],
  ] as const)('%s', { timeout: 120_000 }, async (format, inOrder) => {
    const writer = await writers[format]!();
    await fc.assert(
      fc.asyncProperty(dataSets(), async (exported) => {
        const held = inOrder([...holdAll(exported.documents, writer.holds, exported.language)]);
        const file = await bytesWritten(writer, exported);
        if (held.length === 0) return;
        const { documents, reports } = await readAll([offer('x.zip', file)]);
        expect(documents.map(withoutOrigin)).toEqual(held.map(withoutOrigin));
        expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});
