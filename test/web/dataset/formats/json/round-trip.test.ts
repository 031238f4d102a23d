import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../../web/src/dataset/document.ts';
import type { Exported, Format } from '../../../../../web/src/dataset/formats/format.ts';
import { holdAll } from '../../../../../web/src/dataset/formats/hold.ts';
import { importFile } from '../../../../../web/src/dataset/formats/import.ts';
import { writers } from '../../../../../web/src/dataset/formats/writers.ts';
import { dataSets } from '../../arbitrary.ts';

/** What must come back: everything but ids and origins, layers by their names. */
function plain(documents: Iterable<Document>, { layers }: Pick<Exported, 'layers'>): object[] {
  const names = new Map(layers.map(({ id, name }) => [id, name]));
  return Array.from(documents, ({ id: _id, origin: _origin, suggestions, ...document }) => ({
    ...document,
    ...(suggestions ? { suggestions: suggestions.map((span) => ({ ...span, layer: names.get(span.layer) ?? span.layer })) } : {}),
  }));
}

describe.each<Format>(['jsonl', 'doccano', 'gliner', 'label-studio', 'hugging-face'])('%s', (format) => {
  it('gives back exactly what it holds, and is recognised by content', async () => {
    const writer = await writers[format]!();
    await fc.assert(
      fc.asyncProperty(dataSets(), async (exported) => {
        const held = [...holdAll(exported.documents, writer.holds, exported.language)];
        if (!held.length) return;
        const parts: string[] = [];
        for await (const part of writer.write(exported)) parts.push(part as string);
        const { documents, report } = await importFile('a.txt', new Blob(parts).stream());
        expect(plain(documents, { layers: [] })).toEqual(plain(held, exported));
        expect(report.repairs).toEqual([]);
        expect(report.format).toBe(format);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
