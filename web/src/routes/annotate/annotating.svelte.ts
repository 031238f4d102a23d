import type { Cursor } from '../../annotate/cursor.ts';
import { acceptAll, openSuggestions } from '../../annotate/edits.ts';
import type { Command } from '../../annotate/keys.ts';
import { countUnlabelled, labelAll, usualType } from '../../annotate/occurrences.ts';
import { everything, queueOf, uncertainty, type QueueFilter, type QueueOrder } from '../../annotate/queue.ts';
import { begin, chosenRange, isSuggestion, labelWith, perform, renewed, target, type Session } from '../../annotate/session.ts';
import { editOf, type Change, type DocumentChange } from '../../dataset/change.ts';
import type { Document, EntityType, Suggestion } from '../../dataset/document.ts';
import { wordsOf } from '../../dataset/formats/hold.ts';
import { hueOf } from '../../dataset/types.ts';
import { notices } from '../../state/notices.svelte.ts';
import { workspace } from '../../state/workspace.svelte.ts';
import type { DocumentRecord } from '../../storage/schema.ts';
import type { Span } from '../../text/span.ts';
import { annotateText as words } from '../../texts/annotate.ts';

/** The text that is being annotated, the texts that wait, and what the last key did. */
export class Annotating {
  /** Positions of the texts that are worked on, in the order of work. It stays as it is while one works, so that no text slips away. */
  queue = $state.raw<number[]>([]);
  position = $state<number | null>(null);
  session = $state.raw<Session | null>(null);
  /** What the last key did, for those who do not see it. */
  said = $state('');
  lastType: string | null = null;
  /** Hears of each text that one leaves for the next. */
  onread: ((record: DocumentRecord) => void) | null = null;

  readonly place = $derived(this.position === null ? -1 : this.queue.indexOf(this.position));
  readonly record = $derived<DocumentRecord | null>(this.position === null ? null : (workspace.documents[workspace.indexOf(this.position)] ?? null));
  readonly suggestions = $derived(this.session ? openSuggestions(this.session.document) : []);

  get language(): string {
    return workspace.dataset?.language ?? 'en';
  }

  /** Gathers the texts that a filter lets through and opens one: the one asked for where it is among them, else the first. */
  gather(filter: QueueFilter = everything, order: QueueOrder = 'given', wanted: number | null = this.position): void {
    this.queue = queueOf(workspace.documents, filter, order).map(({ position }) => position);
    this.open(wanted !== null && this.queue.includes(wanted) ? wanted : (this.queue[0] ?? null));
  }

  /** Works on these texts, whatever the filter. */
  gatherThese(positions: readonly number[], wanted: number | null = this.position): void {
    this.queue = [...positions];
    this.open(wanted !== null && this.queue.includes(wanted) ? wanted : (this.queue[0] ?? null));
  }

  open(position: number | null): void {
    this.position = position;
    const record = this.record;
    this.session = record ? begin(record.document, wordsOf(record.document, this.language)) : null;
    if (this.session) this.said = words.said.place(this.place + 1, this.queue.length, this.session.document.spans.length, this.suggestions.length);
  }

  /** Follows what the workspace holds: after undo, a change in another tab, or a write that failed. */
  follow(record: DocumentRecord | null): void {
    if (!record) return this.session ? this.open(this.queue.find((position) => workspace.documents[workspace.indexOf(position)] !== undefined) ?? null) : undefined;
    if (!this.session || this.session.document === record.document) return;
    const before = this.session.document;
    this.session = renewed(this.session, record.document, wordsOf(record.document, this.language));
    // To where it happened.
    const place = differing(before.spans, record.document.spans);
    if (place) this.setCursor({ ...place, moves: 'end' }, null);
  }

  /** The string that keys would label. */
  chosen(): string {
    if (!this.session) return '';
    const { start, end } = chosenRange(this.session);
    return this.session.document.text.slice(start, end);
  }

  setCursor(cursor: Cursor, picked: Span | Suggestion | null): void {
    if (this.session) this.session = { ...this.session, cursor, picked };
  }

  /** Labels what is chosen with the type at a place of the list. */
  labelWithType(index: number, onTop = false): void {
    const type = workspace.types[index];
    if (!type) this.said = words.said.noType(index + 1);
    else this.label(type.name, onTop);
  }

  label(type: string, onTop = false): void {
    if (!this.session) return;
    const string = this.chosen();
    this.lastType = type;
    this.#step(labelWith(this.session, type, onTop), words.done.label(string, type));
  }

  /** What a command does within the open text; whether it did anything. */
  perform(command: Command): boolean {
    if (!this.session) return false;
    const before = this.session;
    const on = target(before);
    const string = on ? before.document.text.slice(on.start, on.end) : this.chosen();
    const after = perform(before, command);
    if (after === before) {
      if (command === 'next-candidate') this.said = words.said.noCandidate;
      else if (command === 'next-suggestion') this.said = words.said.noSuggestion;
      else if (command === 'remove') this.said = words.said.noTarget;
      return false;
    }
    this.#step(after, describe(command, string, on, before));
    return true;
  }

  /** The type that Enter gives to what is chosen: its usual one, else the last one used. */
  usual(): string | null {
    const string = this.chosen();
    return string ? (usualType(workspace.documents, string) ?? this.lastType) : null;
  }

  /** How many places label-all would label; 0 where nothing is chosen. */
  countAll(): number {
    const string = this.chosen();
    return string.trim() ? countUnlabelled(workspace.documents, string, this.language) : 0;
  }

  /** Labels the chosen string wherever it stands: in all texts, or in this one. */
  labelAll(here: boolean): void {
    const { session, record } = this;
    if (!session || !record) return;
    const on = target(session);
    const string = this.chosen();
    const type = on?.type ?? this.usual();
    if (!type || !string.trim()) {
      this.said = words.said.noTarget;
      return;
    }
    const { documents, made, leftAlone } = labelAll(here ? [record] : workspace.documents, string, type, this.language);
    if (made === 0) {
      this.said = words.done.none(string);
      return;
    }
    const what = words.done.all(made, documents.length, string, type, leftAlone);
    this.#apply(what, documents);
    notices.show(what, { action: { label: words.undo, run: () => void this.undo() } });
  }

  /** One edit for each text of the queue, as one step of the history. */
  inQueue(edit: (document: Document) => Document, what: (documents: DocumentChange[]) => string): number {
    const edits = this.queue.flatMap((position) => {
      const record = workspace.documents[workspace.indexOf(position)];
      const change = record && editOf(position, record.document, edit(record.document));
      return change ? [change] : [];
    });
    if (edits.length > 0) {
      const said = what(edits);
      this.#apply(said, edits);
      notices.show(said, { action: { label: words.undo, run: () => void this.undo() } });
    }
    return edits.length;
  }

  acceptInQueue(passes: (suggestion: Suggestion) => boolean): number {
    return this.inQueue(
      (document) => acceptAll(document, passes),
      (edits) => words.done.bulkAccept(edits.reduce((sum, { before, after }) => sum + (after?.spans?.length ?? 0) - (before?.spans?.length ?? 0), 0), edits.length),
    );
  }

  /** An edit of a label or suggestion of the open text that was made elsewhere than by a key. Nothing where it is gone by now. */
  edit(on: Span | Suggestion, edit: (document: Document) => Document, what: string): void {
    if (!this.session) return;
    const { document } = this.session;
    const held: readonly (Span | Suggestion)[] = [...document.spans, ...(document.suggestions ?? [])];
    if (held.includes(on)) this.#step({ ...this.session, document: edit(document), picked: null }, what);
  }

  setNote(span: Span, note: string): void {
    if (!this.session || isSuggestion(span)) return;
    const spans = this.session.document.spans.map((other) => {
      if (other !== span) return other;
      const { note: _old, ...rest } = other;
      return note.trim() ? { ...rest, note: note.trim() } : rest;
    });
    this.#step({ ...this.session, document: { ...this.session.document, spans }, picked: null }, words.done.note(this.session.document.text.slice(span.start, span.end)));
  }

  /** A new type at the end of the list; the next key labels with it. */
  addType(name: string): void {
    if (!name.trim() || workspace.types.some((type) => type.name === name.trim())) return;
    const type: EntityType = { name: name.trim(), definition: '', colour: hueOf(workspace.types.length) };
    this.#apply(words.done.type(type.name), [], { before: workspace.types, after: [...workspace.types, type] });
  }

  /** The text `step` places on in the queue. */
  go(step: 1 | -1): void {
    if (step > 0 && this.record) this.onread?.(this.record);
    const next = this.queue[this.place + step];
    if (next === undefined) this.said = step > 0 ? words.said.lastText : words.said.firstText;
    else this.open(next);
  }

  /** The text whose suggestions are least sure, this one aside. */
  goMostUncertain(): void {
    let best: { position: number; score: number } | null = null;
    for (const position of this.queue) {
      const record = workspace.documents[workspace.indexOf(position)];
      if (position === this.position || !record || openSuggestions(record.document).length === 0) continue;
      const score = uncertainty(record.document);
      if (!best || score > best.score) best = { position, score };
    }
    if (best) this.open(best.position);
    else this.said = words.said.noUncertain;
  }

  async undo(): Promise<void> {
    await this.#history((shown) => workspace.undo(shown), words.said.undone, words.said.nothingToUndo);
  }

  async redo(): Promise<void> {
    await this.#history((shown) => workspace.redo(shown), words.said.redone, words.said.nothingToRedo);
  }

  async #history(step: (shown: (change: Change) => void) => Promise<Change | null>, done: (what: string) => string, nothing: string): Promise<void> {
    try {
      const change = await step((shown) => {
        this.#goTo(shown);
        this.said = done(shown.what);
      });
      if (!change) this.said = nothing;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** To the text where a change happened, if that is one, and to its place in it. */
  #goTo({ documents }: Change): void {
    const [only] = documents;
    if (!only || documents.length > 1 || !this.queue.includes(only.position)) return;
    if (only.position !== this.position) this.open(only.position);
    else this.follow(this.record);
    const place = differing(only.before?.spans ?? [], only.after?.spans ?? []);
    if (place) this.setCursor({ ...place, moves: 'end' }, null);
  }

  #step(after: Session, what: string): void {
    const before = this.session;
    this.session = after;
    this.said = what;
    if (!before || this.position === null || after.document === before.document) return;
    const edit = editOf(this.position, before.document, after.document);
    if (edit) this.#apply(what, [edit]);
  }

  #apply(what: string, documents: DocumentChange[], types?: { before: EntityType[]; after: EntityType[] }): void {
    this.said = what;
    workspace.apply({ what, at: Date.now(), documents, ...(types ? { types } : {}) }).catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    const why = words.failed(error instanceof Error ? error.message : String(error));
    this.said = why;
    notices.show(why, { tone: 'bad' });
  }
}

/** The first span that is on one side alone. */
function differing(old: readonly Span[], now: readonly Span[]): { start: number; end: number } | null {
  if (old === now) return null;
  const among = (spans: readonly Span[]) => (span: Span) => spans.some(({ start, end, type }) => start === span.start && end === span.end && type === span.type);
  const found = [...now.filter((span) => !among(old)(span)), ...old.filter((span) => !among(now)(span))].sort((a, b) => a.start - b.start)[0];
  return found ? { start: found.start, end: found.end } : null;
}

/** What a command did, in the words shown beside Undo. */
function describe(command: Command, string: string, on: Span | Suggestion | null, before: Session): string {
  if (!on) return command === 'accept-all' ? words.done.acceptAll(openSuggestions(before.document).length) : string;
  if (command === 'accept') return words.done.accept(string, on.type);
  if (command === 'accept-all') return words.done.acceptAll(openSuggestions(before.document).length);
  if (command === 'remove') return isSuggestion(on) ? words.done.reject(string, on.type) : words.done.remove(string, on.type);
  if (/^(?:grow|shrink)/.test(command)) return words.done.change(string, on.type);
  return string;
}
