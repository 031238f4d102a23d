/**
 * What a backup is: a ZIP archive with these files. Lists have a JSON value a line, in the order of the store's keys, so
 * that the same data gives the same bytes. Version 2 holds:
 * - `tagsmith.json`: what this is;
 * - `settings.json`: what the page remembers, secrets left out;
 * - `datasets.jsonl`, `documents.jsonl` (a block a line), `changes.jsonl` (a step of the history a line), `runs.jsonl`,
 *   `models.jsonl` (each with the names of its files);
 * - `models/<place in the list>/<file>`: those files;
 * - `llm-jobs.jsonl` and `replies.jsonl`: work of LLMs and what they answered, which was paid for. Version 1 had none of these.
 */
export const files = {
  manifest: 'tagsmith.json',
  settings: 'settings.json',
  datasets: 'datasets.jsonl',
  documents: 'documents.jsonl',
  changes: 'changes.jsonl',
  runs: 'runs.jsonl',
  models: 'models.jsonl',
  jobs: 'llm-jobs.jsonl',
  replies: 'replies.jsonl',
  model: (place: number, file: string) => `models/${place}/${file}`,
} as const;

export const manifest = { format: 'tagsmith-backup', version: 2 } as const;

/** Bounds of a backup, so that a wrong file ends in a message. */
export const limits = {
  /** Bytes of the archive: ZIP without its 64-bit form counts no further. */
  bytes: 0xffff_0000,
  entries: 65_000,
  /** Bytes of one line. A string can be no longer than twice that. */
  lineBytes: 256 << 20,
  /** Bytes of one list, unpacked. */
  listBytes: 16 * 2 ** 30,
};

/** This is no backup, or a damaged one; the sentence says what is wrong, and where. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** The backup was written by a newer Tagsmith than this one. */
export class NewerBackupError extends Error {
  override readonly name = 'NewerBackupError';
}

/** JSON has no NaN and no infinity; a loss may be one. */
export const printRun = (run: unknown): string => JSON.stringify(run, (_name, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? { $number: String(value) } : value));

export const parseRun = (line: string): unknown =>
  JSON.parse(line, (_name, value: unknown) => (typeof value === 'object' && value !== null && '$number' in value ? Number(value.$number) : value));
