import type { Format } from '../../../dataset/formats/format.ts';

/** Formats by what they are wanted for, the most useful first. */
export const exportGroups = [
  { name: 'train', formats: ['jsonl', 'conll', 'hugging-face', 'parquet', 'gliner'] },
  { name: 'tools', formats: ['doccano', 'label-studio', 'webanno', 'brat'] },
  { name: 'tables', formats: ['csv', 'tsv', 'text'] },
] as const satisfies readonly { name: string; formats: readonly Format[] }[];

/** Formats that are archives already, with their splits inside. */
export const archives: readonly Format[] = ['brat', 'parquet'];

/** Formats of which one file cannot say which split a text is in. */
export const splitless: readonly Format[] = ['conll', 'webanno', 'text'];

/** A name that every disk takes. */
export function fileName(name: string, ending: string): string {
  return `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '') || 'texts'}.${ending}`;
}
