import { detectConllLayout, isTokensAlone } from './conll-layout.ts';
import type { ConllLayout } from './conll-layout.ts';
import type { Format } from './format.ts';
import { detectTable } from './table/layout.ts';
import type { TableLayout } from './table/layout.ts';
import { WEBANNO_FORMAT } from './webanno/format.ts';

const BY_NAME: [ending: RegExp, format: Format][] = [
  [/\.(?:conll\w*|bio|bioes|iob2?|ner)$/i, 'conll'],
  [/\.csv$/i, 'csv'],
  [/\.(?:tsv|tab)$/i, 'tsv'],
  [/\.(?:jsonl|ndjson|json)$/i, 'jsonl'],
  [/\.(?:txt|text|md)$/i, 'text'],
  [/\.parquet$/i, 'parquet'],
];

/** Whether a file that begins so is Parquet: behind PAR1 comes a struct whose first field is a number, a page's header or the file's metadata. */
export function isParquet(head: Uint8Array): boolean {
  return [0x50, 0x41, 0x52, 0x31, 0x15].every((byte, i) => head[i] === byte);
}

/** The format a name hints at. */
export function formatOfName(name: string): Format | null {
  return BY_NAME.find(([ending]) => ending.test(name))?.[1] ?? null;
}

/** The format of a file by its first lines; the name decides where they leave it open. */
export function detectFormat(name: string, sample: readonly string[]): Format {
  const hint = formatOfName(name);
  const first = sample.find((line) => line.trim())?.trim() ?? '';
  if (WEBANNO_FORMAT.test(first)) return 'webanno';
  const layout = detectConllLayout(sample);
  // A first token may look like JSON; a JSON text has no column of tags.
  if (layout?.prefixed && (hint === 'conll' || /\t(?:O|[A-Z]-.+)$/.test(first))) return 'conll';
  if (/^\{\s*(?:"|$|\})/.test(first) || (/^\[\s*(?:[[{"]|$)/.test(first) && (hint === 'jsonl' || first === '[' || /^\[\s*\{\s*"/.test(first) || parses(first)))) return 'jsonl';
  if (hint === 'jsonl') return 'jsonl';
  const table = hint === 'conll' ? null : detectTable(sample);
  if (table && isSurelyTable(table, hint, layout)) return table.dialect.delimiter === '\t' ? 'tsv' : 'csv';
  if (layout && (hint === 'conll' || layout.prefixed)) return 'conll';
  // A column of types without prefixes is taken for tags only where tabs make it a column.
  if (layout && layout.separator === '\t') return 'conll';
  if (hint === 'tsv') return layout || isTokensAlone(sample) ? 'conll' : 'tsv';
  return hint ?? 'text';
}

/** Whether a header says that a file is a table, so that it is none of CoNLL or of plain text, whose first line may happen to have a name of a column in it. */
function isSurelyTable({ header, width, even, kind, dialect, columns }: TableLayout, hint: Format | null, layout: ConllLayout | null): boolean {
  if (!header) return false;
  if (layout?.separator === '\t' && dialect.delimiter === '\t' && kind === 'text' && !columns.spans && !columns.tokens) return false;
  return hint === 'csv' || hint === 'tsv' || (width > 1 && even);
}

function parses(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
