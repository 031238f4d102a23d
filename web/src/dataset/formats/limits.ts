/** Bounds of an import, so that a wrong file ends in a message and not in a full memory. */
export interface Limits {
  /** Of the whole file. */
  bytes: number;
  /** Of one line. */
  lineBytes: number;
  documents: number;
  /** UTF-16 units of one text. */
  characters: number;
}

export const DEFAULT_LIMITS: Limits = {
  bytes: 1 << 30,
  lineBytes: 16 << 20,
  documents: 5_000_000,
  characters: 8 << 20,
};
