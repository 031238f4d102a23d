/** How far a model has come, over all its files. */
export interface ModelProgress {
  /** Bytes. */
  done: number;
  /** 0 where unknown. */
  total: number;
  message: string;
}

export type OnProgress = (progress: ModelProgress) => void;

/** `12.3 MB`: 10⁶ bytes, as download sizes are given. */
export function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} MB`;
}

/** One line for a terminal: what happens, and how far it is where that is known. */
export function progressText({ done, total, message }: ModelProgress): string {
  return total > 0 ? `${message}: ${megabytes(done)} of ${megabytes(total)}` : message;
}
