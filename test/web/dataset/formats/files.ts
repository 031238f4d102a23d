import { concatenate } from '../../../../web/src/dataset/formats/bytes.ts';
import type { Exported, Format, FormatWriter } from '../../../../web/src/dataset/formats/format.ts';
import { holdAll } from '../../../../web/src/dataset/formats/hold.ts';
import type { ImportOptions } from '../../../../web/src/dataset/formats/import.ts';
import { openFiles } from '../../../../web/src/dataset/formats/open-files.ts';
import type { ImportReport } from '../../../../web/src/dataset/formats/report.ts';
import { writers } from '../../../../web/src/dataset/formats/writers.ts';
import type { Document } from '../../../../web/src/dataset/document.ts';
import type { Span } from '../../../../web/src/text/span.ts';
import { bytesOf } from './stream.ts';

/** Whether this is `npm run test:formats`, which takes minutes and looks at more of everything. */
export const thorough = process.env.TAGSMITH_FORMATS === 'all';

/** Time for a test that goes through a thousand files, on a busy machine too. */
export const MINUTES = 600_000;

/** Every format that is written. */
export const written = Object.keys(writers) as Format[];

/** Bytes of a whole file. */
export async function fileOf(writer: FormatWriter, exported: Exported): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of writer.write(exported)) parts.push(typeof part === 'string' ? new TextEncoder().encode(part) : part);
  return concatenate(parts.length ? parts : [new Uint8Array()]);
}

export interface ReadBack {
  documents: Document[];
  reports: ImportReport[];
}

/** Documents of a file as a page reads it, archives opened. Chunks are odd, so that characters and lines are cut. */
export async function readBack(name: string, bytes: Uint8Array, options: ImportOptions = {}, chunk = Math.max(97, bytes.length >> 3)): Promise<ReadBack> {
  const { files, archives } = await openFiles([{ name, size: bytes.length, stream: () => bytesOf(bytes, chunk) }], options);
  const documents: Document[] = [];
  for (const file of files) for await (const document of file.documents) documents.push(document);
  return { documents, reports: [...archives, ...files.map(({ report }) => report)] };
}

/** What can be compared of a document: not its id, nor where it came from. Spans are a set; in files a layer is known by its name. */
export function comparable({ text, words, spans, suggestions = [], split }: Document, nameOf: (layer: string) => string = (layer) => layer): unknown {
  return {
    text,
    words: words?.map(([start, end]) => `${start}-${end}`).join(' '),
    spans: spans.map(told).sort(),
    suggestions: suggestions.map((span) => `${nameOf(span.layer)} ${told(span)}`).sort(),
    split,
  };
}

function told({ start, end, type, source, score, note }: Span): string {
  return JSON.stringify([start, end, type, source, score ?? null, note ?? null]);
}

const SPLITS = ['train', 'dev', 'test', undefined];

/** What a file of the format should give back. Of Parquet's archive each split is a file, so documents come back split by split. */
export function expectedOf({ documents, layers, language }: Exported, { format, holds }: FormatWriter): unknown[] {
  const names = new Map(layers.map(({ id, name }) => [id, name]));
  const held = [...holdAll(documents, holds, language)];
  const inOrder = format === 'parquet' ? SPLITS.flatMap((split) => held.filter((document) => document.split === split)) : held;
  return inOrder.map((document) => comparable(document, (layer) => names.get(layer) ?? layer));
}
