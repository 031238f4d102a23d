import type { Document } from '../../../../web/src/dataset/document.ts';
import type { OfferedFile } from '../../../../web/src/dataset/formats/archive.ts';
import { concatenate } from '../../../../web/src/dataset/formats/bytes.ts';
import type { Exported, FormatWriter } from '../../../../web/src/dataset/formats/format.ts';
import type { ImportOptions } from '../../../../web/src/dataset/formats/import.ts';
import { openFiles } from '../../../../web/src/dataset/formats/open-files.ts';
import type { ImportReport } from '../../../../web/src/dataset/formats/report.ts';
import { bytesOf } from './stream.ts';

/** A file as it is offered, in chunks of `size` bytes. */
export function offer(name: string, content: string | Uint8Array, size = 4096): OfferedFile {
  return { name, size: content.length, stream: () => bytesOf(content, size) };
}

/** What a writer writes, as bytes. */
export async function bytesWritten(writer: FormatWriter, exported: Exported): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of writer.write(exported)) parts.push(typeof part === 'string' ? new TextEncoder().encode(part) : part);
  return concatenate([...parts, new Uint8Array(0)]);
}

/** Everything that is read from files chosen together: documents in the order they come, and the reports. */
export async function readAll(files: readonly OfferedFile[], options: ImportOptions = {}): Promise<{ documents: Document[]; reports: ImportReport[]; names: string[] }> {
  const { files: opened, archives } = await openFiles(files, options);
  const documents: Document[] = [];
  for (const file of opened) for await (const document of file.documents) documents.push(document);
  return { documents, reports: [...opened.map(({ report }) => report), ...archives], names: opened.map(({ name }) => name) };
}

export const withoutOrigin = ({ id: _, origin: __, ...document }: Document): Omit<Document, 'id' | 'origin'> => document;
