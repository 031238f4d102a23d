import type { SpecialTokens } from './tokenizer.ts';

/**
 * The part of a vocabulary that occurs in the data. Training keeps only these rows of the embedding: the mathematics is
 * that of the whole table, since the other rows get no gradient.
 */
export interface CompactVocabulary {
  /** Token id of each row, ascending. */
  readonly tokenIds: Int32Array;
  /** Row of a token id. Throws for an id that is not among the rows. */
  rowOf(id: number): number;
}

/** Rows for every id that occurs, and for the special tokens. */
export function compactVocabulary(texts: Iterable<{ ids: Int32Array }>, special: SpecialTokens, vocabularySize: number): CompactVocabulary {
  const rows = new Int32Array(vocabularySize).fill(-1);
  const mark = (id: number): void => {
    if (id < 0 || id >= vocabularySize) {
      throw new RangeError(`The tokenizer gives token id ${id}, but the encoder's vocabulary has ${vocabularySize} rows: tokenizer.json and model.safetensors don't belong together.`);
    }
    rows[id] = 0;
  };
  for (const id of [special.start, special.end, special.padding, special.unknown]) mark(id);
  for (const { ids } of texts) ids.forEach(mark);
  const tokenIds: number[] = [];
  rows.forEach((row, id) => {
    if (row < 0) return;
    rows[id] = tokenIds.length;
    tokenIds.push(id);
  });
  return {
    tokenIds: Int32Array.from(tokenIds),
    rowOf(id) {
      const row = rows[id] ?? -1;
      if (row < 0) throw new RangeError(`Token id ${id} is not in the compact vocabulary: it must be made of every text that is encoded with it.`);
      return row;
    },
  };
}

/** `[rows, hidden]`: the rows of the full table `[vocabulary, hidden]` that the compact vocabulary holds. */
export function gatherRows(table: Float32Array, hidden: number, { tokenIds }: CompactVocabulary): Float32Array {
  const rows = new Float32Array(tokenIds.length * hidden);
  tokenIds.forEach((id, row) => rows.set(table.subarray(id * hidden, (id + 1) * hidden), row * hidden));
  return rows;
}

/**
 * A new full table after training: the compact rows where they belong, every other row times `decay`, what weight decay
 * would have left of it: the product over the steps of 1 − learning rate · weight decay (1 where the table was frozen).
 */
export function spreadRows(table: Float32Array, hidden: number, { tokenIds }: CompactVocabulary, rows: Float32Array, decay: number): Float32Array {
  const whole = table.map((value) => value * decay);
  tokenIds.forEach((id, row) => whole.set(rows.subarray(row * hidden, (row + 1) * hidden), id * hidden));
  return whole;
}
