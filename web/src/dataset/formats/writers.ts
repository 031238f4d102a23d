import type { Format, FormatWriter } from './format.ts';

/** The writer of each format, loaded when it is wanted. */
export const writers: Partial<Record<Format, () => Promise<FormatWriter>>> = {
  conll: async () => (await import('./conll-writer.ts')).conllWriter(),
};
