/** Where each row of a table occurs in a batch, cut into groups so that no thread adds more than `limit` numbers in a row. */
export interface RowGroups {
  /** Positions of all occurrences, sorted by row and then by position. */
  order: Uint32Array;
  /** Group g is `order[groupStarts[g]]` … `order[groupStarts[g + 1] - 1]`; all its occurrences are of one row. */
  groupStarts: Uint32Array;
  /** Row r is groups `rowStarts[r]` … `rowStarts[r + 1] - 1`. */
  rowStarts: Uint32Array;
}

/** Padding and token types occur thousands of times in a batch, most words once. */
const LIMIT = 64;

/** @throws RangeError on an id that is no row of the table. */
export function rowGroups(ids: Int32Array, rows: number, limit = LIMIT): RowGroups {
  const next = new Uint32Array(rows + 1);
  for (let i = 0; i < ids.length; i++) {
    const row = ids[i]!;
    if (row < 0 || row >= rows) throw new RangeError(`Id ${row} at position ${i} is no row of a table of ${rows} rows.`);
    next[row + 1]!++;
  }
  const rowStarts = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    rowStarts[row + 1] = rowStarts[row]! + Math.ceil(next[row + 1]! / limit);
    next[row + 1]! += next[row]!;
  }
  const groupStarts = new Uint32Array(rowStarts[rows]! + 1);
  for (let row = 0; row < rows; row++) {
    for (let group = rowStarts[row]!; group < rowStarts[row + 1]!; group++) groupStarts[group] = next[row]! + (group - rowStarts[row]!) * limit;
  }
  groupStarts[groupStarts.length - 1] = ids.length;
  const order = new Uint32Array(ids.length);
  for (let i = 0; i < ids.length; i++) order[next[ids[i]!]!++] = i;
  return { order, groupStarts, rowStarts };
}
