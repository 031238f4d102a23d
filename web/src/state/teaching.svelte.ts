import { askServer, LostConnection, ServerError, type Question } from './ask-server.ts';
import { classState } from './class.svelte.ts';
import type { Caps, ClassPlan, ClassRecord, ClassReport } from './class-records.ts';

export type ClassChange = Partial<Omit<ClassPlan, 'name'>> & { paused?: boolean };

/** The classes of a teacher, and the one that is looked at. */
export class Teaching {
  classes = $state.raw<ClassRecord[] | null>(null);
  /** Ids of the models that a class may be given, where the server tells. */
  models = $state.raw<string[]>([]);
  report = $state.raw<ClassReport | null>(null);
  /** When the figures are from, in milliseconds since 1970. */
  at = $state(0);
  lost = $state(false);
  /** The class that was looked at is no more. */
  gone = $state(false);
  /** Why the server would not say anything new, in its own words. */
  refused = $state<string | null>(null);

  #wanted: string | null = null;
  #looking = new AbortController();

  /** Chooses the class to look at; null for the list. */
  open(id: string | null): void {
    this.#want(id);
    this.gone = false;
    if (this.report?.class.id !== id) this.report = null;
  }

  /** Brings the figures up to date. Never throws: what goes wrong is part of the state. */
  async look(): Promise<void> {
    const id = this.#wanted;
    try {
      if (id === null) {
        const { classes, models } = await askServer<{ classes: ClassRecord[]; models?: string[] }>('class/classes');
        this.classes = classes;
        this.models = models ?? [];
      } else {
        const report = await askServer<ClassReport>(`class/classes/${encodeURIComponent(id)}`, { signal: this.#looking.signal });
        if (id === this.#wanted) this.report = report;
      }
      this.at = Date.now();
      this.lost = false;
      this.refused = null;
    } catch (error) {
      this.#understand(error, id);
    }
  }

  async signIn(secret: string): Promise<void> {
    await askServer('class/session', { method: 'POST', body: { secret } });
    await classState.meetAgain();
  }

  async signOut(): Promise<void> {
    await askServer('class/session', { method: 'DELETE' });
    this.classes = this.report = null;
    await classState.meetAgain();
  }

  make(plan: ClassPlan): Promise<ClassRecord> {
    return askServer<ClassRecord>('class/classes', { method: 'POST', body: plan });
  }

  async end(id: string): Promise<void> {
    // Nobody asks about a class that is about to be no more.
    this.#want(null);
    try {
      await askServer(`class/classes/${encodeURIComponent(id)}`, { method: 'DELETE' });
    } catch (error) {
      this.#want(id);
      throw error;
    }
    this.open(null);
  }

  #want(id: string | null): void {
    this.#wanted = id;
    this.#looking.abort();
    this.#looking = new AbortController();
  }

  change(id: string, change: ClassChange): Promise<void> {
    return this.#changed(`class/classes/${encodeURIComponent(id)}`, { method: 'PATCH', body: change });
  }

  changeSeat(id: string, seat: string, change: { caps?: Caps; revoked?: boolean }): Promise<void> {
    return this.#changed(`class/classes/${encodeURIComponent(id)}/seats/${encodeURIComponent(seat)}`, { method: 'PATCH', body: change });
  }

  async #changed(path: string, question: Question): Promise<void> {
    await askServer(path, question);
    await this.look();
  }

  #understand(error: unknown, id: string | null): void {
    if (id !== this.#wanted) return;
    if (error instanceof LostConnection) this.lost = true;
    else if (!(error instanceof ServerError)) throw error;
    else if (error.status === 401) classState.teacher = false;
    else if (error.status === 404 && id !== null) this.gone = true;
    else this.refused = error.message;
  }
}

/** Address of the class's usage as CSV. */
export const usageFile = (id: string): string => `class/classes/${encodeURIComponent(id)}/usage.csv`;
