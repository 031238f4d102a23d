import type { Document } from '../dataset/document.ts';
import { writeConll } from '../dataset/formats/write-conll.ts';
import { writeJsonl } from '../dataset/formats/write-jsonl.ts';
import { saveFile } from '../ui/save-file.ts';

/** Hands documents to the visitor as a file. */
export function saveDocuments(documents: readonly Document[], format: 'conll' | 'jsonl', name: string): void {
  const parts = format === 'conll' ? writeConll(documents) : writeJsonl(documents);
  saveFile(`${name.replace(/\.\w+$/, '').replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.${format}`, [...parts], format === 'conll' ? 'text/plain' : 'application/x-ndjson');
}
