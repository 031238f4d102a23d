import { importFile } from '../../../../web/src/dataset/formats/import.ts';
import type { ImportOptions } from '../../../../web/src/dataset/formats/import.ts';
import type { ImportReport } from '../../../../web/src/dataset/formats/report.ts';
import type { Document } from '../../../../web/src/dataset/document.ts';

/** A file's content in chunks of `size` bytes. */
export async function* bytesOf(content: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  for (let i = 0; i < bytes.length; i += size) yield bytes.slice(i, i + size);
}

export function load(content: string | Uint8Array, name = 'a.conll', options: ImportOptions = {}): Promise<{ documents: Document[]; report: ImportReport }> {
  return importFile(name, bytesOf(content), options);
}

/** Documents as short strings: `[ana b:person] went`. */
export function show(documents: readonly Document[]): string[] {
  return documents.map(({ text, spans }) => {
    let shown = '';
    let from = 0;
    for (const { start, end, type } of [...spans].sort((a, b) => a.start - b.start)) {
      shown += `${text.slice(from, start)}[${text.slice(start, end)}:${type}]`;
      from = end;
    }
    return shown + text.slice(from);
  });
}

/** Tokens of documents by their word ranges. */
export function tokens(documents: readonly Document[]): string[][] {
  return documents.map(({ text, words }) => words!.map(([start, end]) => text.slice(start, end)));
}

export function kinds(report: ImportReport): Record<string, number> {
  return Object.fromEntries(report.repairs.map(({ kind, count }) => [kind, count]));
}

/** Values as JSON Lines. */
export function json(...values: unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
