import type { Document, Split } from '../dataset/document.ts';
import type { OfferedFile } from '../dataset/formats/archive.ts';
import { openFiles } from '../dataset/formats/open-files.ts';
import type { ImportReport } from '../dataset/formats/report.ts';
import { splitOfPath } from '../dataset/formats/split-of-name.ts';

/** A file that was read and not yet stored; or an archive of which something was left out, without documents. */
export interface ReadFile {
  name: string;
  documents: Document[];
  report: ImportReport;
  /** What its name says. */
  split: Split | null;
  /** Whether its documents say themselves which split they belong to. */
  ownSplits: boolean;
}

/** Milliseconds of reading between two moments in which the page can draw. */
const busy = 24;

type OnProgress = (name: string, share: number) => void;

/**
 * Reads files one after the other without storing anything; archives are taken apart, and what belongs together is read together.
 * @param onProgress told the file and the share of it that is read, between 0 and 1.
 * @throws ImportError where a file cannot be read at all; lines that cannot be read are in the reports.
 */
export function readFiles(files: readonly File[], onProgress: OnProgress, signal: AbortSignal): Promise<ReadFile[]> {
  return readOffered(
    files.map((file) => ({ name: file.webkitRelativePath || file.name, size: file.size, stream: () => file.stream() })),
    onProgress,
    signal,
  );
}

/** The same of files from anywhere: those of a data set on the hub (`hubFiles`), for one. */
export async function readOffered(offered: readonly OfferedFile[], onProgress: OnProgress, signal: AbortSignal): Promise<ReadFile[]> {
  const read: ReadFile[] = [];
  const { files, archives } = await openFiles(offered);
  for (const { name, size, report, documents: incoming } of files) {
    signal.throwIfAborted();
    onProgress(name, 0);
    const documents: Document[] = [];
    let drawn = performance.now();
    for await (const document of incoming) {
      documents.push(document);
      if (performance.now() - drawn < busy) continue;
      signal.throwIfAborted();
      onProgress(name, Math.min(1, report.bytes / Math.max(1, size)));
      // Lets the page draw and hear a click on Cancel.
      await new Promise((resolve) => setTimeout(resolve));
      drawn = performance.now();
    }
    signal.throwIfAborted();
    const own = new Set(documents.map(({ split }) => split));
    // One split for all of them can be seen and changed; several stay as the file has them.
    const split = own.size > 1 ? null : ([...own][0] ?? splitOfPath(name));
    read.push({ name, documents, report, split, ownSplits: own.size > 1 || !own.has(undefined) });
  }
  return [...read, ...archives.map((report) => ({ name: report.file, documents: [], report, split: null, ownSplits: false }))];
}

/** The documents of one file, for tagging. */
export async function readDocumentsOfFile(file: File): Promise<Document[]> {
  const read = await readFiles([file], () => undefined, new AbortController().signal);
  return read.flatMap(({ documents }) => documents);
}

/**
 * Documents of several files one after the other, with ids that differ from each other and from those in `taken`.
 * @param splits one a file; `none` leaves what the documents say themselves.
 */
export function* combine(files: readonly ReadFile[], splits: readonly (Split | 'none')[], taken: ReadonlySet<string> = new Set()): Generator<Document> {
  const used = new Set(taken);
  for (const [index, { documents }] of files.entries()) {
    const split = splits[index];
    for (const document of documents) {
      let { id } = document;
      for (let copy = 2; used.has(id); copy += 1) id = `${document.id} (${copy})`;
      used.add(id);
      if (split && split !== 'none') yield { ...document, id, split };
      else yield id === document.id ? document : { ...document, id };
    }
  }
}
