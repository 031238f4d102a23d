import { ConfigError } from '../config-error.ts';
import { ApiError } from '../error.ts';
import { invalid } from '../body.ts';
import { errorFields, type Logger } from '../log.ts';
import { DOLLAR } from '../store/amounts.ts';
import type { Books } from '../store/books.ts';
import { Admin } from './admin.ts';
import { addressLetters, makeCode, printCode } from './code.ts';
import { Guesses } from './guesses.ts';
import { whyClosed } from './hours.ts';
import type { ClassChange, NewClass, PlainCaps, SeatChange } from './input.ts';
import { Keys } from './keys.ts';
import { account, ClassRecords, type ClassRecord, type SeatRecord } from './records.ts';
import { Seats } from './seats.ts';
import { openTokens } from './tokens.ts';
import { usageOf, type SeatUsage, type Usage } from './usage.ts';

export interface ClassesOptions {
  books: Books;
  /** From `installationSecret`. */
  secret: Uint8Array;
  /** `TAGSMITH_ADMIN_SECRET`, where it is set. */
  adminSecret?: string | null;
  /** Ids of the configured models: others are refused. */
  models?: readonly string[];
  /** Shown to whoever opens the page. */
  name?: string;
  /** Most seats of a class. */
  maxSeats?: number;
  /** How long a class is kept after it has expired, for the teacher to take the usage out. Milliseconds. */
  keptAfterEnd?: number;
  log?: Pick<Logger, 'error'>;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Milliseconds, going forward only. */
  clock?: () => number;
}

const noCaps: PlainCaps = { dollars: null, tokens: null, requests: null, concurrency: null };
const longestClass = 400 * 24 * 3_600_000;
const sweepEvery = 60_000;

/** The classes of this server, as their teacher deals with them. */
export class Classes {
  readonly admin: Admin;
  readonly seats: Seats;
  readonly name: string | undefined;
  readonly models: readonly string[] | undefined;
  readonly #classes: ClassRecords;
  readonly #books: Books;
  readonly #keys: Keys;
  readonly #now: () => number;
  readonly #keptAfterEnd: number;
  readonly #timer: NodeJS.Timeout;

  private constructor(keys: Keys, options: ClassesOptions) {
    const { books, adminSecret, models, name, maxSeats = 100, keptAfterEnd = 24 * 3_600_000, log, now = Date.now, clock } = options;
    this.#keys = keys;
    this.#classes = new ClassRecords(books);
    this.#books = books;
    this.#now = now;
    this.#keptAfterEnd = keptAfterEnd;
    this.name = name;
    this.models = models;
    const tokens = openTokens(keys.tokens, now);
    this.admin = new Admin(adminSecret ?? keys.adminSecret, tokens, new Guesses(clock));
    this.seats = new Seats({ classes: this.#classes, books, keys, tokens, guesses: new Guesses(clock), maxSeats, now });
    const failed = (error: unknown): void => log?.error(errorFields(error), 'ended classes could not be cleared away');
    this.#timer = setInterval(() => void this.sweep().catch(failed), sweepEvery).unref();
  }

  /**
   * The classes of a store, and the teacher's secret where nobody has seen it yet: it is shown this once. Throws a `ConfigError`
   * where the store was written with another secret: then it holds no code that could be read and no seat that could go on.
   */
  static async open(options: ClassesOptions): Promise<{ classes: Classes; newSecret: string | null }> {
    const keys = new Keys(options.secret);
    const mark = keys.hash('this installation');
    const newSecret = await options.books.transact((view) => {
      const { mark: kept, isShown } = (view.get('installation') ?? { mark, isShown: false }) as { mark: string; isShown: boolean };
      const help = 'Set the TAGSMITH_SECRET that it was made with, or put the file with the secret back beside it; all proxies of one store need the same.';
      if (kept !== mark) throw new ConfigError(`The store belongs to another secret. ${help}`);
      view.put('installation', { mark, isShown: isShown || !options.adminSecret });
      return isShown || options.adminSecret ? null : keys.adminSecret;
    });
    return { classes: new Classes(keys, options), newSecret };
  }

  /** Stops clearing away. */
  close(): void {
    clearInterval(this.#timer);
  }

  async list(): Promise<object[]> {
    const classes = await this.#classes.all();
    return classes.sort((a, b) => a.created.localeCompare(b.created)).map((record) => this.#show(record));
  }

  async create({ caps, ...given }: NewClass): Promise<object> {
    const plan = { ...given, caps: { class: { ...noCaps, ...caps.class }, seat: { ...noCaps, ...caps.seat } } };
    this.#check(plan, given.expires);
    const created = new Date(this.#now()).toISOString();
    for (;;) {
      const code = makeCode();
      const id = this.#keys.classId(code.slice(0, addressLetters));
      const kept = { sealedCode: this.#keys.seal(code, id), codeHash: this.#keys.hash(code) };
      const record: ClassRecord = { ...plan, ...kept, id, created, paused: false, seats: [] };
      if (await this.#classes.add(record)) return this.#show(record);
    }
  }

  /** The class, what it has used, and its seats. */
  async report(id: string): Promise<{ class: object; usage: Usage; seats: SeatUsage[]; unresolved: object[] }> {
    const record = await this.#classes.get(id);
    if (!record) throw noSuch('class');
    const seats = await Promise.all(record.seats.map((seat) => this.#showSeat(record, seat)));
    const unresolved = seats.map(async ({ id: seat, usage }) => {
      const calls = usage.unresolvedRequests > 0 ? await this.#books.unresolved(account.seat(seat)) : [];
      return calls.map(({ bound, model, reason }) => ({ seat, dollars: bound.money / DOLLAR, tokens: bound.tokens, model, reason }));
    });
    return { class: this.#show(record), usage: usageOf(await this.#books.account(account.class(id))), seats, unresolved: (await Promise.all(unresolved)).flat() };
  }

  /** New caps hold at once, also for calls that wait. */
  async change(id: string, { caps = {}, ...given }: ClassChange): Promise<object> {
    const changed = await this.#classes.change(id, (old) => {
      const both = { class: { ...old.caps.class, ...caps.class }, seat: { ...old.caps.seat, ...caps.seat } };
      const record: ClassRecord = { ...old, ...given, caps: both };
      this.#check(record, given.expires);
      return record;
    });
    if (!changed) throw noSuch('class');
    return this.#show(changed);
  }

  async changeSeat(id: string, seat: string, { caps, ...given }: SeatChange): Promise<object> {
    const record = await this.#classes.changeSeat(id, seat, (old, { caps: usual }) => ({
      ...old,
      ...given,
      ...(caps && { caps: withMoney({ ...(old.caps ?? usual.seat), ...caps }) }),
    }));
    if (!record) throw noSuch('class');
    const changed = record.seats.find((one) => one.id === seat);
    if (!changed) throw noSuch('seat');
    return this.#showSeat(record, changed);
  }

  /** Takes the class down: its seats, names, code and books. Calls that were let in a moment ago find no account, and are refused. */
  async end(id: string): Promise<void> {
    if (!(await this.#classes.get(id))) throw noSuch('class');
    await this.#classes.change(id, () => undefined);
  }

  /** Takes down classes that expired some time ago. */
  async sweep(): Promise<void> {
    const isOver = ({ expires }: ClassRecord): boolean => this.#now() >= Date.parse(expires) + this.#keptAfterEnd;
    for (const { id } of await this.#classes.all()) await this.#classes.change(id, (record) => (isOver(record) ? undefined : record));
  }

  #check({ caps, models, opens, closes }: Pick<ClassRecord, 'caps' | 'models' | 'opens' | 'closes'>, expires: string | undefined): void {
    withMoney(caps.class);
    withMoney(caps.seat);
    const unknown = models === 'all' ? undefined : models.find((model) => this.models && !this.models.includes(model));
    if (unknown !== undefined) throw wrong(`models: there is no model ${unknown} here.`);
    if (opens !== null && closes !== null && opens >= closes) throw wrong('closes: expected a time after the opening.');
    const left = expires === undefined ? 1 : Date.parse(expires) - this.#now();
    if (left <= 0 || left >= longestClass) throw wrong('expires: expected a time in the future, within 400 days.');
  }

  #show({ sealedCode, codeHash: _, seats: __, ...shown }: ClassRecord): object {
    const code = printCode(this.#keys.unseal(sealedCode, shown.id));
    return { ...shown, code, link: `/#/class?code=${code}`, open: whyClosed(shown, this.#now()) === undefined };
  }

  async #showSeat(record: ClassRecord, { id, nickname, joined, seen, revoked, left, caps }: SeatRecord): Promise<SeatUsage> {
    const shown = { id, nickname, joined, seen, revoked: revoked || left, caps: caps ?? record.caps.seat };
    return { ...shown, usage: usageOf(await this.#books.account(account.seat(id))) };
  }
}

function withMoney(caps: PlainCaps): PlainCaps {
  if (caps.dollars === null) throw wrong('caps: the class and every seat need a cap in dollars.');
  return caps;
}

const wrong = (message: string): ApiError => invalid('invalid_request', message);

function noSuch(what: 'class' | 'seat'): ApiError {
  const message = what === 'class' ? 'There is no such class. It may have ended.' : 'There is no such seat in this class.';
  return new ApiError(404, `no_such_${what}`, message);
}
