/** The data set was changed elsewhere since what is on the screen was read. Nothing was written. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The browser has no room left. Nothing was written. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** A failed write in words for people, where the browser's own do not say what to do. */
export function explain(error: unknown): unknown {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') {
    return new StorageFullError("The browser's storage is full: nothing was changed. Free some disk space, or save a backup and delete data sets or taggers that are no longer needed; then try again.", { cause: error });
  }
  return error;
}
