import type { Document } from '../../../../web/src/dataset/document.ts';
import type { Exported, FormatWriter } from '../../../../web/src/dataset/formats/format.ts';
import { holdAll } from '../../../../web/src/dataset/formats/hold.ts';
import { importFile } from '../../../../web/src/dataset/formats/import.ts';
import type { ImportReport } from '../../../../web/src/dataset/formats/report.ts';
import { bytesOf } from './stream.ts';

const withoutOrigin = ({ id: _, origin: __, ...document }: Document): Omit<Document, 'id' | 'origin'> => document;

/** What a writer writes of a data set, as text. */
export async function textOf(writer: FormatWriter, exported: Exported): Promise<string> {
  let file = '';
  for await (const part of writer.write(exported)) file += part as string;
  return file;
}

/** What is read from a file that was written, and what the writer says it holds; both without ids and origins. */
export async function throughFile(
  writer: FormatWriter,
  exported: Exported,
  size = 4096,
): Promise<{ held: unknown[]; read: unknown[]; file: string; report: ImportReport | null }> {
  const held = [...holdAll(exported.documents, writer.holds, exported.language)].map(withoutOrigin);
  const file = await textOf(writer, exported);
  if (!held.length) return { held, read: [], file, report: null };
  const { documents, report } = await importFile(`a.${writer.ending}`, bytesOf(file, size), { format: writer.format });
  return { held, read: documents.map(withoutOrigin), file, report };
}
