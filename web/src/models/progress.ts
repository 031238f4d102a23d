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
