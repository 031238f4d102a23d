import type { Dataset, Document, EntityType, Split } from '../dataset/document.ts';
import { deleteDataset, deleteDocuments, importDocuments, listDatasets, readDocuments, restoreDataset, writeDataset, writeDocuments, type DeletedDataset } from '../storage/datasets.ts';
import { listModels } from '../storage/models.ts';
import { listRuns, saveRun } from '../storage/runs.ts';
import type { DatasetRecord, DocumentRecord, ModelRecord, RunRecord } from '../storage/schema.ts';
import { readSetting, writeSetting } from '../storage/settings.ts';
import type { ModelFiles } from '../train/protocol.ts';
import { store } from './store.ts';

/**
 * The data sets of this browser and the one that is open, with its documents, runs and taggers. Every change is written
 * first and shown afterwards, so that what is on the screen is what a reload will show.
 */
class Workspace {
  all = $state.raw<DatasetRecord[]>([]);
  models = $state.raw<ModelRecord[]>([]);
  documents = $state.raw<DocumentRecord[]>([]);
  runs = $state.raw<RunRecord[]>([]);
  /** The open data set's id. */
  id = $state<string | null>(null);
  loading = $state(true);
  /** Why there is no store; a sentence for people. */
  failure = $state<string | null>(null);

  readonly record = $derived(this.all.find((record) => record.id === this.id) ?? null);
  readonly dataset = $derived<Dataset | null>(this.record?.dataset ?? null);
  readonly types = $derived<EntityType[]>(this.dataset?.types ?? []);
  readonly hues = $derived(new Map(this.types.map((type) => [type.name, type.colour])));
  readonly splits = $derived.by(() => {
    const counts: Record<Split | 'none', number> = { train: 0, dev: 0, test: 0, none: 0 };
    for (const { document } of this.documents) counts[document.split ?? 'none'] += 1;
    return counts;
  });

  /** Reads the lists and opens a data set: the one asked for, else the last one. */
  async start(wanted: string | undefined): Promise<void> {
    try {
      const opened = await store();
      [this.all, this.models] = await Promise.all([listDatasets(opened), listModels(opened)]);
      const last = await readSetting(opened, 'lastDataset');
      const id = [wanted, last].find((candidate) => this.all.some((record) => record.id === candidate));
      if (id) await this.open(id);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.loading = false;
    }
  }

  async open(id: string): Promise<void> {
    if (id === this.id) return;
    this.loading = true;
    try {
      const opened = await store();
      const [documents, runs] = await Promise.all([readDocuments(opened, id), listRuns(opened, id)]);
      this.id = id;
      this.documents = documents;
      this.runs = runs;
      await writeSetting(opened, 'lastDataset', id);
    } finally {
      this.loading = false;
    }
  }

  /** Adds documents to a data set (a new one, or one that is there) and opens it. All or nothing. */
  async import(dataset: Dataset, documents: readonly Document[]): Promise<void> {
    const opened = await store();
    await importDocuments(opened, $state.snapshot(dataset), documents, Date.now());
    this.all = await listDatasets(opened);
    this.id = null;
    await this.open(dataset.id);
  }

  /** Changes a type of the open data set; a new name goes to every span of it. */
  async changeType(name: string, type: EntityType): Promise<void> {
    if (!this.record) return;
    const dataset = { ...this.record.dataset, types: this.types.map((other) => (other.name === name ? type : other)) };
    const renamed = name === type.name ? [] : this.documents.filter(({ document }) => document.spans.some((span) => span.type === name)).map((record) => renameType(record, name, type.name));
    await writeDataset(await store(), { ...this.record, dataset }, renamed);
    await this.#reloadDocuments();
  }

  async removeDocuments(records: readonly DocumentRecord[]): Promise<void> {
    await deleteDocuments(await store(), records);
    await this.#reloadDocuments();
  }

  /** Writes documents where they belong: an edit, or a deletion taken back. */
  async putDocuments(records: readonly DocumentRecord[]): Promise<void> {
    await writeDocuments(await store(), records);
    await this.#reloadDocuments();
  }

  async remove(id: string): Promise<DeletedDataset> {
    const opened = await store();
    const deleted = await deleteDataset(opened, id);
    if (this.id === id) {
      this.id = null;
      this.documents = [];
      this.runs = [];
    }
    [this.all, this.models] = await Promise.all([listDatasets(opened), listModels(opened)]);
    return deleted;
  }

  async restore(deleted: DeletedDataset): Promise<void> {
    const opened = await store();
    await restoreDataset(opened, deleted);
    [this.all, this.models] = await Promise.all([listDatasets(opened), listModels(opened)]);
    if (deleted.record) await this.open(deleted.record.id);
  }

  async addRun(run: RunRecord, model: ModelRecord, files: ModelFiles): Promise<void> {
    const opened = await store();
    await saveRun(opened, run, model, files);
    this.models = await listModels(opened);
    if (run.dataset === this.id) this.runs = await listRuns(opened, run.dataset);
  }

  async #reloadDocuments(): Promise<void> {
    if (!this.id) return;
    const opened = await store();
    [this.all, this.documents] = await Promise.all([listDatasets(opened), readDocuments(opened, this.id)]);
  }
}

function renameType(record: DocumentRecord, from: string, to: string): DocumentRecord {
  const spans = record.document.spans.map((span) => (span.type === from ? { ...span, type: to } : span));
  return { ...record, document: { ...record.document, spans } };
}

export const workspace = new Workspace();
