import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { IDBPObjectStore, StoreNames } from 'idb';
import { within } from '../keys.ts';
import type { Store } from '../open.ts';
import type { ModelFileRecord, TagsmithSchema } from '../schema.ts';
import { personalSettings } from '../settings.ts';
import { files, limits, manifest, printRun } from './layout.ts';

/** 1 January 1980, the first day that ZIP knows: a backup of the same data has the same bytes on every day. */
const date = new Date(1980, 0, 1);

/** Takes the archive's bytes as they come. */
export type Sink = (bytes: Uint8Array<ArrayBuffer>) => void;

/** Revisions of data sets that a backup holds: they lie in a file once it is saved. */
export type Saved = { id: string; revision: number }[];

/**
 * Writes everything in the store to an archive: one moment of it, whatever other tabs write meanwhile. Memory is bounded by
 * the largest record.
 * @throws where the archive would be larger than 4 GB.
 */
export async function writeBackup(store: Store, sink: Sink): Promise<Saved> {
  const archive = new Archive(sink);
  const transaction = store.transaction(['datasets', 'blocks', 'changes', 'runs', 'models', 'modelFiles', 'settings', 'llmJobs', 'replies']);
  archive.begin(files.manifest).line(JSON.stringify(manifest)).end();

  const names = await transaction.objectStore('settings').getAllKeys();
  const kept = names.filter((name) => !personalSettings.some((personal) => personal === name));
  const settings = await Promise.all(kept.map(async (name) => [name, await transaction.objectStore('settings').get(name)] as const));
  archive.begin(files.settings).line(JSON.stringify(Object.fromEntries(settings))).end();

  const saved: Saved = [];
  archive.begin(files.datasets);
  for (const record of await transaction.objectStore('datasets').getAll()) {
    saved.push({ id: record.id, revision: record.revision });
    archive.line(JSON.stringify({ ...record, exported: record.revision }));
  }
  archive.end();

  // What a restore has not yet finished belongs to no data set.
  const known = new Set(saved.map(({ id }) => id));
  archive.begin(files.documents);
  for await (const { dataset, block, documents } of inBatches(transaction.objectStore('blocks'), 8)) if (known.has(dataset)) archive.line(`{"dataset":${JSON.stringify(dataset)},"block":${block},"documents":`, documents, '}');
  archive.end();

  archive.begin(files.changes);
  for await (const { dataset, number, change } of inBatches(transaction.objectStore('changes'), 8)) if (known.has(dataset)) archive.line(`{"dataset":${JSON.stringify(dataset)},"number":${number},"change":`, change, '}');
  archive.end();

  archive.begin(files.runs);
  for await (const run of inBatches(transaction.objectStore('runs'), 1)) archive.line(printRun(run));
  archive.end();

  const models = await transaction.objectStore('models').getAll();
  const blobs: ModelFileRecord[][] = [];
  archive.begin(files.models);
  for (const model of models) {
    const own = await transaction.objectStore('modelFiles').getAll(within(model.id));
    blobs.push(own);
    archive.line(JSON.stringify({ ...model, files: own.map(({ file }) => file) }));
  }
  archive.end();

  archive.begin(files.jobs);
  for (const job of await transaction.objectStore('llmJobs').getAll()) archive.line(JSON.stringify(job));
  archive.end();

  archive.begin(files.replies);
  for await (const reply of inBatches(transaction.objectStore('replies'), 64)) if (known.has(reply.dataset)) archive.line(JSON.stringify(reply));
  archive.end();
  await transaction.done;

  for (const [place, own] of blobs.entries()) {
    for (const { file, blob } of own) {
      archive.begin(files.model(place, file), 'stored');
      const reader = blob.stream().getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) archive.bytes(read.value as Uint8Array<ArrayBuffer>);
      archive.end();
    }
  }
  archive.close();
  return saved;
}

/** Records in the order of their keys, a few at a time. Nothing but the database may be waited for between two. */
async function* inBatches<Name extends 'blocks' | 'changes' | 'runs' | 'replies'>(records: IDBPObjectStore<TagsmithSchema, StoreNames<TagsmithSchema>[], Name>, size: number): AsyncGenerator<TagsmithSchema[Name]['value']> {
  let after: IDBKeyRange | undefined;
  for (;;) {
    const [keys, batch] = await Promise.all([records.getAllKeys(after, size), records.getAll(after, size)]);
    yield* batch;
    const last = keys.at(-1);
    if (last === undefined) return;
    after = IDBKeyRange.lowerBound(last, true);
  }
}

class Archive {
  readonly #zip: Zip;
  #file: ZipDeflate | ZipPassThrough | null = null;
  #size = 0;

  constructor(sink: Sink) {
    this.#zip = new Zip((error, bytes) => {
      if (error) throw error;
      this.#size += bytes.length;
      if (this.#size > limits.bytes) throw new Error('The backup would be larger than 4 GB, which a ZIP archive cannot hold. Delete taggers that are no longer needed; then try again.');
      sink(bytes as Uint8Array<ArrayBuffer>);
    });
  }

  begin(name: string, how: 'packed' | 'stored' = 'packed'): this {
    // Weights do not shrink; the fastest level shrinks texts to a quarter.
    this.#file = how === 'packed' ? new ZipDeflate(name, { level: 1 }) : new ZipPassThrough(name);
    this.#file.mtime = date;
    this.#zip.add(this.#file);
    return this;
  }

  line(...parts: (string | Uint8Array<ArrayBuffer>)[]): this {
    const encoder = new TextEncoder();
    const encoded = [...parts, '\n'].map((part) => (typeof part === 'string' ? encoder.encode(part) : part));
    if (encoded.reduce((sum, { length }) => sum + length, 0) > limits.lineBytes) throw new Error('One step of the history is too large for a backup.');
    encoded.forEach((part) => this.bytes(part));
    return this;
  }

  bytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#file?.push(bytes, false);
  }

  end(): void {
    this.#file?.push(new Uint8Array(0), true);
    this.#file = null;
  }

  close(): void {
    this.#zip.end();
  }
}
