import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writers } from '../../../../web/src/dataset/formats/writers.ts';
import { dataSets } from '../arbitrary.ts';
import { comparable, expectedOf, fileOf, readBack, thorough, written } from './files.ts';

const runs = { numRuns: thorough ? 1000 : 250, seed: 5 };

describe.each(written)('a file of %s', (format) => {
  it('gives back what the format holds of any data set, and written again the same bytes', async () => {
    const writer = await writers[format]!();
    const property = fc.asyncProperty(dataSets(), async (exported) => {
      const expected = expectedOf(exported, writer);
      if (!expected.length) return;
      const bytes = await fileOf(writer, exported);
      const { documents, reports } = await readBack(`data.${writer.ending}`, bytes, { format });
      expect(documents.map((document) => comparable(document))).toEqual(expected);
      expect(reports.map(({ problems }) => problems)).toEqual(reports.map(() => []));
      const layers = exported.layers.map((layer) => ({ ...layer, id: layer.name }));
      const again = await fileOf(writer, { ...exported, layers, documents });
      if (Buffer.compare(again, bytes)) expect(Buffer.from(again).toString()).toBe(Buffer.from(bytes).toString());
    });
    await fc.assert(property, runs);
  });
});
