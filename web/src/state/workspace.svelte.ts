import { addingLayer, removingLayer } from '../dataset/layers.ts';
import type { Change, DocumentChange } from '../dataset/change.ts';
import { changingType } from '../dataset/edit-types.ts';
import type { Dataset, Derivation, Document, EntityType, Layer, Split, Suggestion } from '../dataset/document.ts';
import { createDataset, deleteDataset, describeDataset, listDatasets, markExported, restoreDataset, type DeletedDataset, type Description } from '../storage/datasets.ts';
import { copyDataset, mergeStored } from '../storage/derive.ts';
import { listModels } from '../storage/models.ts';
import type { Store } from '../storage/open.ts';
import { askToPersist } from '../storage/quota.ts';
import { listRuns, saveRun } from '../storage/runs.ts';
import type { DatasetRecord, DocumentRecord, ModelRecord, RunRecord } from '../storage/schema.ts';
import { readSetting, writeSetting } from '../storage/settings.ts';
import { changeWords } from '../texts/changes.ts';
import type { ModelFiles } from '../train/protocol.ts';
import { removeBrokenOff } from './backup.ts';
import { Editing } from './editing.svelte.ts';
import { newId } from './new-id.ts';
import { indexOfPosition } from './show-change.ts';
import { store } from './store.ts';
import { hearTabs, tellTabs } from './tabs.ts';

/** The data sets of this browser and the one that is open, with its documents, runs and taggers. */
class Workspace {
  models = $state.raw<ModelRecord[]>([]);
  runs = $state.raw<RunRecord[]>([]);
  /** The open data set's id. */
  id = $state<string | null>(null);
  loading = $state(true);
  /** Why there is no store; a sentence for people. */
  failure = $state<string | null>(null);

  readonly #editing = new Editing();
  #listed = $state.raw<DatasetRecord[]>([]);
  #persisting = false;

  readonly record = $derived(this.#editing.record?.id === this.id ? this.#editing.record : null);
  /** Newest first. */
  readonly all = $derived(this.#listed.map((listed) => (listed.id === this.record?.id ? this.record : listed)));
  readonly dataset = $derived<Dataset | null>(this.record?.dataset ?? null);
  readonly types = $derived<EntityType[]>(this.dataset?.types ?? []);
  readonly layers = $derived<Layer[]>(this.dataset?.layers ?? []);
  readonly hues = $derived(new Map(this.types.map((type) => [type.name, type.colour])));
  readonly splits = $derived.by(() => {
    const counts: Record<Split | 'none', number> = { train: 0, dev: 0, test: 0, none: 0 };
    for (const { document } of this.documents) counts[document.split ?? 'none'] += 1;
    return counts;
  });
  /** What the next undo takes back, in words; null where there is nothing to take back. */
  readonly canUndo = $derived(this.record?.history.undo ?? null);
  readonly canRedo = $derived(this.record?.history.redo ?? null);
  /** Whether all that is shown is stored. */
  readonly saved = $derived(this.#editing.pending === 0);
  /** Changes since the open data set was last saved to a file. */
  readonly unexported = $derived(this.record ? this.record.revision - this.record.exported : 0);

  constructor() {
    hearTabs((message) => {
      if (message.kind === 'lists') void this.#followLists();
    });
  }

  /** In order of their places. */
  get documents(): readonly DocumentRecord[] {
    return this.#editing.documents;
  }

  /** Writes under way. */
  get pending(): number {
    return this.#editing.pending;
  }

  /** Whether this tab may change the open data set; another one does where it may not. */
  get editable(): boolean {
    return this.#editing.editable;
  }

  /** Where in `documents` the one at a place is; −1 where there is none. */
  indexOf(position: number): number {
    return indexOfPosition(this.documents, position);
  }

  /** Reads the lists and opens a data set: the one asked for, else the last one. */
  async start(wanted: string | undefined): Promise<void> {
    try {
      const opened = await store();
      void removeBrokenOff();
      await this.#list(opened);
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
      const [runs] = await Promise.all([listRuns(opened, id), this.#editing.open(id)]);
      this.id = id;
      this.runs = runs;
      await writeSetting(opened, 'lastDataset', id);
    } finally {
      this.loading = false;
    }
  }

  /**
   * Shows a change of the open data set at once and writes it behind, in order. Its values must be plain, not `$state`.
   * Rejects with a sentence for people where it cannot be written: then what is stored is shown again.
   */
  async apply(change: Change): Promise<void> {
    await this.#editing.apply(change);
    this.#keep();
  }

  /** Takes the last change back and gives it; null where there is none. `shown` hears of it before it is written. Rejects like `apply`. */
  async undo(shown?: (change: Change) => void): Promise<Change | null> {
    return this.#editing.step('undo', shown);
  }

  /** Makes the change that was taken back last again and gives it; null where there is none. Rejects like `apply`. */
  async redo(shown?: (change: Change) => void): Promise<Change | null> {
    return this.#editing.step('redo', shown);
  }

  /** The tab that edits the open data set finishes and lets go; this one may then change it. */
  async takeOver(): Promise<void> {
    await this.#editing.takeOver();
  }

  /** Adds documents to the open data set (as a change), or makes a new data set of them, and opens it. All or nothing. */
  async import(dataset: Dataset, documents: readonly Document[]): Promise<void> {
    const { record } = this;
    const plain = $state.snapshot(dataset);
    if (record?.id !== dataset.id) {
      await this.#create(async (opened) => createDataset(opened, plain, documents, Date.now()));
      await this.open(dataset.id);
      return;
    }
    const added = documents.map((document, index): DocumentChange => ({ position: record.next + index, before: null, after: document }));
    const types = { before: record.dataset.types, after: plain.types };
    const layers = { before: record.dataset.layers, after: plain.layers };
    await this.apply({ what: changeWords.imported(documents.length), at: Date.now(), documents: added, types, ...(layers.after.length > layers.before.length ? { layers } : {}) });
  }

  /** Makes an empty data set and opens it. */
  async create(dataset: Dataset): Promise<void> {
    await this.import(dataset, []);
  }

  /** A copy of a data set under a new id; removing it takes that back. */
  async copy(id: string, name: string): Promise<DatasetRecord> {
    return this.#create(async (opened) => copyDataset(opened, id, { id: newId(), name, created: Date.now() }));
  }

  /** A new data set out of several; types of the same name become one, as the first describes it. Removing it takes that back. */
  async merge(ids: readonly string[], name: string, options: { dropDuplicates: boolean }): Promise<DatasetRecord> {
    return this.#create(async (opened) => mergeStored(opened, ids, { id: newId(), name, created: Date.now() }, options));
  }

  /** A new data set with the types of the open one and documents made from its documents. Removing it takes that back. */
  async derive(name: string, documents: readonly Document[], derivation: Derivation): Promise<DatasetRecord> {
    const source = this.dataset;
    if (!source) throw new Error('No data set is open, so nothing was made.');
    const dataset = { ...source, id: newId(), name, derivation, created: derivation.at };
    return this.#create(async (opened) => createDataset(opened, dataset, documents, derivation.at));
  }

  /** Gives back the old name: renaming to it takes that back. */
  async rename(id: string, name: string): Promise<string> {
    return (await this.describe(id, { name })).name ?? '';
  }

  /** Changes name, language or licence, and gives back what they were: describing with that takes it back. */
  async describe(id: string, description: Description): Promise<Description> {
    const before = await describeDataset(await store(), id, description);
    await this.#listsChanged();
    return before;
  }

  /** Changes a type of the open data set; a new name goes to every span and suggestion of it. */
  async changeType(name: string, type: EntityType): Promise<void> {
    await this.apply(changingType(this.types, this.documents, name, type, { what: changeWords.type(name), at: Date.now() }));
  }

  /** Brings a layer into the open data set, with its suggestions by the place of their document. */
  async addLayer(layer: Layer, suggestions: ReadonlyMap<number, readonly Suggestion[]>): Promise<void> {
    if (this.dataset) await this.apply(addingLayer(this.dataset, this.documents, layer, suggestions, changeWords.layer(layer.name), Date.now()));
  }

  /** Takes a layer of the open data set away, with those of its suggestions that are still open. */
  async removeLayer(id: string): Promise<void> {
    const layer = this.layers.find((candidate) => candidate.id === id);
    if (this.dataset && layer) await this.apply(removingLayer(this.dataset, this.documents, id, changeWords.layerRemoved(layer.name), Date.now()));
  }

  /** Deletes a data set with its results, and gives back what `restore` needs. */
  async remove(id: string): Promise<DeletedDataset> {
    const deleted = await deleteDataset(await store(), id);
    if (this.id === id) this.#close();
    await this.#listsChanged();
    return deleted;
  }

  async restore(deleted: DeletedDataset): Promise<void> {
    await restoreDataset(await store(), deleted);
    await this.#listsChanged();
    if (deleted.record) await this.open(deleted.record.id);
  }

  async addRun(run: RunRecord, model: ModelRecord, files: ModelFiles): Promise<void> {
    await saveRun(await store(), run, model, files);
    this.#keep();
    await this.#listsChanged();
  }

  /** Notes that a data set was saved to a file as it is now. */
  async markExported(id: string): Promise<void> {
    await markExported(await store(), id);
    await this.#listsChanged();
  }

  /** Shows what something else than this class wrote, here and in other tabs. */
  async refresh(): Promise<void> {
    await this.#listsChanged();
    if (this.id) await this.#editing.refresh();
  }

  async #create(make: (opened: Store) => Promise<DatasetRecord>): Promise<DatasetRecord> {
    const record = await make(await store());
    await this.#listsChanged();
    return record;
  }

  #close(): void {
    this.id = null;
    this.runs = [];
    this.#editing.close();
  }

  async #list(opened: Store): Promise<void> {
    [this.#listed, this.models] = await Promise.all([listDatasets(opened), listModels(opened)]);
  }

  async #listsChanged(): Promise<void> {
    tellTabs({ kind: 'lists' });
    await this.#followLists();
  }

  async #followLists(): Promise<void> {
    const opened = await store();
    await this.#list(opened);
    const { id } = this;
    if (!id) return;
    if (!this.#listed.some((listed) => listed.id === id)) {
      this.#close();
      return;
    }
    const [runs] = await Promise.all([listRuns(opened, id), this.#editing.refreshRecord()]);
    if (this.id === id) this.runs = runs;
  }

  /** After the first real work the browser is asked to keep it. */
  #keep(): void {
    if (this.#persisting) return;
    this.#persisting = true;
    void askToPersist();
  }
}

export const workspace = new Workspace();
