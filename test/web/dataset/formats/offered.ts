import type { Document } from '../../../../web/src/dataset/document.ts';
import type { OfferedFile } from '../../../../web/src/dataset/formats/archive.ts';
import { concatenate } from '../../../../web/src/dataset/formats/bytes.ts';
import type { ImportOptions } from '../../../../web/src/dataset/formats/import.ts';
import { openFiles } from '../../../../web/src/dataset/formats/open-files.ts';
import type { ImportReport } from '../../../../web/src/dataset/formats/report.ts';
import { zip } from '../../../../web/src/dataset/formats/zip.ts';
import { bytesOf } from './stream.ts';

/** A file as it is offered, in chunks of `size` bytes. */
export function offer(name: string, content: string | Uint8Array, size = 4096): OfferedFile {
  return { name, size: content.length, stream: () => bytesOf(content, size) };
}

/** An archive of these files. */
export async function zipped(files: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of zip(Object.entries(files).map(([name, content]) => ({ name, parts: [content] })))) parts.push(part);
  return concatenate(parts);
}

/** Everything that is read from files chosen together: documents in the order they come, and the reports. */
export async function readAll(files: readonly OfferedFile[], options: ImportOptions = {}): Promise<{ documents: Document[]; reports: ImportReport[]; names: string[]; said: string[] }> {
  const { files: opened, archives } = await openFiles(files, options);
  const documents: Document[] = [];
  for (const file of opened) for await (const document of file.documents) documents.push(document);
  const reports = [...opened.map(({ report }) => report), ...archives];
  return { documents, reports, names: opened.map(({ name }) => name), said: reports.flatMap(({ problems }) => problems.map(({ message }) => message)) };
}
