import { createReadStream, statSync } from 'node:fs';
import type { Document, Split } from '../src/dataset/document.ts';
import { importFile } from '../src/dataset/formats/import.ts';
import { REPAIRS, type ImportReport } from '../src/dataset/formats/report.ts';
import { FailedRun } from './verb.ts';

/** A file of texts, by content and name: CoNLL, JSONL or plain text. `notes` say what was repaired. */
export async function readDocuments(file: string, split?: Split): Promise<{ documents: Document[]; notes: string[] }> {
  const { documents, report } = await importFile(file, openFile(file), split ? { split } : {});
  return { documents, notes: describeRepairs(report) };
}

/** The bytes of a file that is there. */
export function openFile(file: string): AsyncIterable<Uint8Array> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new FailedRun(`There is no file ${file}.`);
  if (found.isDirectory()) throw new FailedRun(`${file} is a folder; give a file of texts (.conll, .jsonl, .txt).`);
  return createReadStream(file);
}

function describeRepairs({ file, repairs }: ImportReport): string[] {
  return repairs.map(({ kind, count, firstLine }) => `${file}, line ${firstLine}${count > 1 ? ` and ${(count - 1).toLocaleString('en')} more` : ''}: ${REPAIRS[kind]}`);
}
