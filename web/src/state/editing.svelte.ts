import { reverse, type Change } from '../dataset/change.ts';
import { applyChange, readChange, redoChange, undoChange, type Known } from '../storage/changes.ts';
import { readDocuments, readDocumentsAt } from '../storage/documents.ts';
import { moved, type Move } from '../storage/history.ts';
import type { Store } from '../storage/open.ts';
import type { DatasetRecord, DocumentRecord } from '../storage/schema.ts';
import { EditLock } from './edit-lock.ts';
import { RecentSteps } from './recent-steps.ts';
import { showChange, showRead } from './show-change.ts';
import { store } from './store.ts';
import { hearTabs, tellTabs } from './tabs.ts';

/** More places than this are told to other tabs as `all`. */
const mostTold = 2000;

/**
 * The open data set while it is worked on. A change is shown at once and written behind, in order. Where a write fails,
 * the places it touched are read again, so that what is on the screen is what a reload will show.
 */
export class Editing {
  /** In order of their places. */
  documents = $state.raw<readonly DocumentRecord[]>([]);
  record = $state.raw<DatasetRecord | null>(null);
  /** Whether this tab may write; false in all tabs but one. */
  editable = $state(false);
  /** Writes under way. */
  pending = $state(0);

  readonly #recent = new RecentSteps();
  #lock: EditLock | null = null;
  /** Resolves when this tab, having the right to write, shows all that others wrote. */
  #ready: Promise<void> = Promise.resolve();
  #writes: Promise<unknown> = Promise.resolve();
  #readings: Promise<unknown> = Promise.resolve();
  /** Places that may show something else than what is stored. */
  #doubtful: Set<number> | 'all' | null = null;

  constructor() {
    hearTabs((message) => {
      if (message.kind !== 'written' || message.dataset !== this.record?.id) return;
      const follows = message.revision === this.record.revision + 1;
      void this.#doubt(follows ? message.positions : 'all');
    });
  }

  /** Reads a data set and shows it, once all that was begun is written. Resolves when it is known whether this tab may change it. */
  async open(id: string): Promise<void> {
    await this.#writes;
    const opened = await store();
    const [{ record }, documents] = await Promise.all([readDocumentsAt(opened, id, []), readDocuments(opened, id)]);
    await this.#leave();
    if (!record) return;
    this.record = record;
    this.documents = documents;
    this.#lock = new EditLock(id, {
      held: () => {
        this.#ready = this.#held(id);
      },
      lost: () => {
        this.editable = false;
      },
      finished: async () => void (await this.#writes),
    });
    await this.#lock.asked();
    await this.#ready;
  }

  /** Shows no data set. */
  close(): void {
    void this.#leave();
    this.record = null;
    this.documents = [];
  }

  /** Another tab that writes finishes and lets go; then this one may write. */
  async takeOver(): Promise<void> {
    await this.#lock?.takeOver();
    await this.#ready;
  }

  async apply(change: Change): Promise<void> {
    const { record } = this;
    if (!record) throw new Error('No data set is open, so nothing was changed.');
    this.#expectEditable();
    this.#recent.put(record.history.done, change);
    const known = this.#known(record);
    this.#show(change, 'apply');
    await this.#write(record.id, change, async (opened) => applyChange(opened, record.id, change, this.#trusted(known)));
  }

  /** @param shown told as soon as the step is on the screen, before it is written. */
  async step(move: 'undo' | 'redo', shown?: (change: Change) => void): Promise<Change | null> {
    this.#expectEditable();
    for (;;) {
      if (this.#doubtful) await Promise.all([this.#writes, this.#readings]);
      const { record } = this;
      if (!record) return null;
      const { done, total } = record.history;
      const number = move === 'undo' ? done - 1 : done;
      if (number < 0 || number >= total) return null;
      const change = this.#recent.get(number) ?? (await this.#load(record.id, number));
      // Another key may have come while the step was read.
      if (this.record?.id !== record.id || this.record.history.done !== done) continue;
      const known = this.#known(record);
      const acting = move === 'undo' ? reverse(change) : change;
      this.#show(acting, move, this.#recent.get(move === 'undo' ? number - 1 : number + 1)?.what);
      shown?.(change);
      await this.#write(record.id, acting, async (opened) => (await (move === 'undo' ? undoChange : redoChange)(opened, record.id, this.#trusted(known)))?.record ?? null);
      return change;
    }
  }

  /** Reads documents and record again, after something else than a change wrote them. */
  async refresh(): Promise<void> {
    await this.#doubt('all');
  }

  /** Reads the record again. */
  async refreshRecord(): Promise<void> {
    await this.#doubt([]);
  }

  #expectEditable(): void {
    if (!this.editable) throw new Error('This data set is being edited in another tab, so nothing was changed. Take over here first.');
  }

  async #load(dataset: string, number: number): Promise<Change> {
    await this.#writes;
    const change = await readChange(await store(), dataset, number);
    if (!change) throw new Error('This step of the history is no longer in this browser. Nothing was changed.');
    this.#recent.put(number, change);
    return change;
  }

  #known({ revision }: DatasetRecord): Known {
    return { revision, documents: this.documents };
  }

  /** What was shown before a change is what is stored, unless a write before it failed. */
  #trusted(known: Known): Known | undefined {
    return this.#doubtful ? undefined : known;
  }

  #show(change: Change, move: Move, beyond?: string): void {
    if (!this.record) return;
    const { history } = this.record;
    this.documents = showChange(this.record.id, this.documents, change);
    // Until the store tells what the step beyond is about, the button keeps its words where there is such a step.
    const more = move === 'undo' ? history.done > 1 : history.done + 1 < history.total;
    this.record = moved(this.record, change, move, more ? (beyond ?? (move === 'undo' ? history.undo : history.redo)) : null);
  }

  /** Writes behind all writes before it. */
  async #write(dataset: string, change: Change, write: (opened: Store) => Promise<DatasetRecord | null>): Promise<void> {
    this.pending += 1;
    const positions = change.documents.map(({ position }) => position);
    const writing = this.#writes.then(async () => write(await store()));
    // Before the next write begins.
    this.#writes = writing.catch(() => this.record?.id === dataset && this.#suspect(positions));
    try {
      const record = await writing;
      this.pending -= 1;
      if (record) tellTabs({ kind: 'written', dataset, positions: positions.length > mostTold ? 'all' : positions, revision: record.revision });
      if (this.record?.id !== dataset) return;
      if (this.#doubtful || !record) void this.#doubt(record ? [] : 'all');
      else if (this.pending === 0) this.record = record;
    } catch (error) {
      this.pending -= 1;
      if (this.record?.id === dataset) await this.#doubt(positions, 'at once');
      throw error;
    }
  }

  /**
   * Reads places again and shows them. While writes are under way that waits for the last of them, except after one that
   * failed: then what is stored is shown at once, and again after the last.
   */
  async #doubt(positions: readonly number[] | 'all', when: 'at once' | 'in quiet' = 'in quiet'): Promise<void> {
    this.#suspect(positions);
    const reading = this.#readings.then(async () => this.#readDoubtful(when));
    this.#readings = reading.catch(() => undefined);
    await reading;
  }

  #suspect(positions: readonly number[] | 'all'): void {
    this.#recent.clear();
    this.#doubtful = positions === 'all' || this.#doubtful === 'all' ? 'all' : new Set([...(this.#doubtful ?? []), ...positions]);
  }

  async #readDoubtful(when: 'at once' | 'in quiet'): Promise<void> {
    const [shown, doubtful] = [this.record, this.#doubtful];
    const quiet = this.pending === 0;
    if (!shown || !doubtful || (when === 'in quiet' && !quiet)) return;
    const opened = await store();
    const positions = doubtful === 'all' ? [] : [...doubtful];
    const [{ record, documents }, all] = await Promise.all([readDocumentsAt(opened, shown.id, positions), doubtful === 'all' ? readDocuments(opened, shown.id) : null]);
    if (this.record?.id !== shown.id || (when === 'in quiet' && this.pending > 0)) return;
    if (!record) {
      this.close();
      return;
    }
    this.documents = all ?? showRead(shown.id, this.documents, positions, documents);
    this.record = record;
    if (quiet && this.pending === 0 && this.#doubtful === doubtful) this.#doubtful = null;
  }

  async #held(id: string): Promise<void> {
    const { record } = await readDocumentsAt(await store(), id, []);
    if (this.record?.id !== id) return;
    // The tab that wrote until now may have written what its messages have not yet told.
    if (record && record.revision !== this.record.revision) await this.#doubt('all');
    this.editable = this.#lock?.held ?? false;
  }

  async #leave(): Promise<void> {
    this.editable = false;
    this.#recent.clear();
    this.#doubtful = null;
    const lock = this.#lock;
    this.#lock = null;
    await lock?.close();
  }
}
