import type { Document, Split } from '../dataset/document.ts';
import { openImport } from '../dataset/formats/import.ts';
import type { ImportReport } from '../dataset/formats/report.ts';

/** A file that was read and not yet stored. */
export interface ReadFile {
  name: string;
  documents: Document[];
  report: ImportReport;
  /** What its name says. */
  split: Split | null;
  /** Whether its documents say themselves which split they belong to. */
  ownSplits: boolean;
}

/** The split that a file's name speaks of: `train.conll`, `my-dev.jsonl`, `eng.testb`, `validation.txt`. */
export function splitOfName(name: string): Split | null {
  const words = name.toLowerCase().split(/[^a-z]+/);
  if (words.some((word) => /^train(ing)?$/.test(word))) return 'train';
  if (words.some((word) => /^(dev|devel|development|valid|validation|val|testa)$/.test(word))) return 'dev';
  if (words.some((word) => /^(test|testing|testb)$/.test(word))) return 'test';
  return null;
}

/**
 * Reads files one after the other without storing anything.
 * @param onProgress told the file and the share of it that is read, between 0 and 1.
 * @throws ImportError where a file cannot be read at all; lines that cannot be read are in the reports.
 */
export async function readFiles(files: readonly File[], onProgress: (name: string, share: number) => void, signal: AbortSignal): Promise<ReadFile[]> {
  const read: ReadFile[] = [];
  for (const file of files) {
    const { report, documents: incoming } = openImport(file.name, file.stream());
    const documents: Document[] = [];
    for await (const document of incoming) {
      documents.push(document);
      if (documents.length % 2000 !== 0) continue;
      signal.throwIfAborted();
      onProgress(file.name, report.bytes / Math.max(1, file.size));
      // Lets the page draw and hear a click on Cancel.
      await new Promise((resolve) => setTimeout(resolve));
    }
    signal.throwIfAborted();
    read.push({ name: file.name, documents, report, split: splitOfName(file.name), ownSplits: documents.some((document) => document.split !== undefined) });
  }
  return read;
}

/** The documents of one file, for tagging. */
export async function readDocumentsOfFile(file: File): Promise<Document[]> {
  const [read] = await readFiles([file], () => undefined, new AbortController().signal);
  return read?.documents ?? [];
}

/**
 * Documents of several files as one list, with ids that differ from each other and from those in `taken`.
 * @param splits one a file; `none` leaves what the documents say themselves.
 */
export function combine(files: readonly ReadFile[], splits: readonly (Split | 'none')[], taken: ReadonlySet<string> = new Set()): Document[] {
  const used = new Set(taken);
  return files.flatMap((file, index) =>
    file.documents.map((document) => {
      let id = document.id;
      for (let copy = 2; used.has(id); copy += 1) id = `${document.id} (${copy})`;
      used.add(id);
      const split = splits[index];
      return split && split !== 'none' ? { ...document, id, split } : { ...document, id };
    }),
  );
}
