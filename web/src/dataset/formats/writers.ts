import { conllWriter } from './conll-writer.ts';
import type { Format, FormatWriter } from './format.ts';

/** The writer of each format, loaded when it is wanted; that of CoNLL is wanted in any case. */
export const writers: Partial<Record<Format, () => Promise<FormatWriter>>> = {
  brat: async () => (await import('./brat-writer.ts')).bratWriter,
  parquet: async () => (await import('./parquet-writer.ts')).parquetWriter,
  conll: () => Promise.resolve(conllWriter()),
  jsonl: async () => (await import('./json/write-jsonl.ts')).jsonlWriter,
  doccano: async () => (await import('./json/write-doccano.ts')).doccanoWriter,
  gliner: async () => (await import('./json/write-gliner.ts')).glinerWriter,
  'label-studio': async () => (await import('./json/write-label-studio.ts')).labelStudioWriter,
  'hugging-face': async () => (await import('./json/write-hugging-face.ts')).huggingFaceWriter,
  webanno: async () => (await import('./webanno/write.ts')).webannoWriter,
  csv: async () => (await import('./table/write.ts')).csvWriter,
  tsv: async () => (await import('./table/write.ts')).tsvWriter,
  text: async () => (await import('./write-text.ts')).textWriter,
};
