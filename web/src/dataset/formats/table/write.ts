import Papa from 'papaparse';
import type { FormatWriter } from '../format.ts';
import { holdAll } from '../hold.ts';
import { layerNames } from '../json/layer-names.ts';
import { itemOf } from '../json/write-jsonl.ts';
import type { Delimiter } from './records.ts';

/** Columns of a table, each a key of an item of JSONL. All but the text and the split are JSON. */
const COLUMNS = ['text', 'spans', 'tokens', 'suggestions', 'split'] as const;

/**
 * A table of texts, a row each: our JSONL in columns, offsets in code points. Cells with a delimiter, a quote or a line end stand in quotes (RFC 4180), in TSV too.
 * A text that begins with = + - or @ is written as it is. OWASP ("CSV Injection") advises an apostrophe before it, against spreadsheets that run it as
 * a formula; but that changes the text, moves every offset, and whoever reads the file with a program gets another text than was exported.
 */
function tableWriter(format: 'csv' | 'tsv', delimiter: Delimiter, mediaType: string): FormatWriter {
  const rowOf = (cells: readonly string[]): string => `${Papa.unparse([[...cells]], { delimiter, newline: '\n' })}\n`;
  return {
    format,
    ending: format,
    mediaType,
    holds: { spans: 'any', text: 'exact', words: true, scores: true, notes: true, sources: true, splits: true, suggestions: true },
    *write({ documents, layers, language }) {
      const nameOf = layerNames(layers);
      yield rowOf(COLUMNS);
      for (const document of holdAll(documents, this.holds, language)) {
        const item = itemOf(document, nameOf);
        yield rowOf(COLUMNS.map((key) => cellOf(item[key])));
      }
    },
  };
}

function cellOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

export const csvWriter = tableWriter('csv', ',', 'text/csv');

export const tsvWriter = tableWriter('tsv', '\t', 'text/tab-separated-values');
