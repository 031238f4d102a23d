import { unescape } from './escape.ts';

/** One annotation of a cell. */
export interface Value {
  /** Null for `*`: the annotation has none. */
  text: string | null;
  /** The number in brackets that annotations over several lines, or several on one line, are told by. */
  id: string | null;
}

/** One annotation as it stands: characters that are escaped or not reserved, then perhaps a number in brackets. */
const ANNOTATION = /^((?:\\[^]|[^\\])*?)(?:\[(\d+)\])?$/;

/** The annotations of a cell, `|` between them; none for `_`. */
export function readValues(cell: string): Value[] {
  if (cell === '_' || cell === '') return [];
  return (cell.match(/(?:\\[^]|[^\\|])+|\\$/g) ?? []).map((annotation) => {
    const [, raw = annotation, id = null] = ANNOTATION.exec(annotation) ?? [];
    return { text: raw === '*' ? null : unescape(raw), id };
  });
}
