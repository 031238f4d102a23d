import type { Document, EntityType, Layer } from '../document.ts';

export type Format =
  | 'conll'
  | 'jsonl'
  | 'doccano'
  | 'gliner'
  | 'label-studio'
  | 'brat'
  | 'webanno'
  | 'hugging-face'
  | 'parquet'
  | 'csv'
  | 'tsv'
  | 'text';

/** What a format can say of a document. */
export interface Holds {
  /** Which spans: none; those of whole words that share no word, neighbours of one type as one span; those that share no word; those of whole words; any. */
  spans: 'none' | 'apart' | 'flat' | 'words' | 'any';
  /** How the text comes back: as it was; on one line without white space at its edges; as words with one space between them. */
  text: 'exact' | 'line' | 'words';
  /** Whether the words of the file it came from come back; `cover`: every text comes back with words, those of `coverWords`. */
  words: boolean | 'cover';
  scores: boolean;
  notes: boolean;
  /** Whether it says who made a span. */
  sources: boolean;
  /** Whether splits come back; `files` where each is a file of its own, so that documents come back split by split. */
  splits: boolean | 'files';
  /** Whether it has a place for suggestions. */
  suggestions: boolean;
}

/** What is written. */
export interface Exported {
  name: string;
  /** BCP 47 tag. */
  language: string;
  types: readonly EntityType[];
  layers: readonly Layer[];
  documents: readonly Document[];
}

export interface FormatWriter {
  format: Format;
  /** Ending of the file's name, without a dot. */
  ending: string;
  mediaType: string;
  holds: Holds;
  /** The file in parts. What the format does not hold is left out as `hold` says. */
  write(exported: Exported): AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
}
