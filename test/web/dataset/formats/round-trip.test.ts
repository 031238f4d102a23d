import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Format } from '../../../../web/src/dataset/formats/format.ts';
import { writers } from '../../../../web/src/dataset/formats/writers.ts';
import { dataSets } from '../arbitrary.ts';
import { comparable, expectedOf, fileOf, MINUTES, readBack, thorough, written } from './files.ts';

/**
 * Formats that the content does not always tell: a text may read like JSON, or its lines may end in what reads like tags.
 * A person who imports such a file says what it is. All others are known by their content, whatever they are called.
 */
const UNDECIDABLE: readonly Format[] = ['text'];

const runs = { numRuns: thorough ? 1000 : 120, seed: 5 };

describe.each(written)('a file of %s', (format) => {
  it('is known by its content, gives back what the format holds of any data set, and written again is the same', async () => {
    const writer = await writers[format]!();
    const property = fc.asyncProperty(dataSets(), async (exported) => {
      const expected = expectedOf(exported, writer);
      if (!expected.length) return;
      const bytes = await fileOf(writer, exported);
      const { documents, reports } = await readBack('file.dat', bytes, UNDECIDABLE.includes(format) ? { format } : {});
      expect(new Set(reports.map((report) => report.format))).toEqual(new Set([format]));
      expect(documents.map((document) => comparable(document))).toEqual(expected);
      expect(reports.map(({ problems }) => problems)).toEqual(reports.map(() => []));
      const layers = exported.layers.map((layer) => ({ ...layer, id: layer.name }));
      const again = await fileOf(writer, { ...exported, layers, documents });
      if (Buffer.compare(again, bytes)) expect(Buffer.from(again).toString()).toBe(Buffer.from(bytes).toString());
    });
    await fc.assert(property, runs);
  }, MINUTES);
});
