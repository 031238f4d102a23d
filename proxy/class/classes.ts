import { randomBytes } from 'node:crypto';
import { ConfigError } from '../config-error.ts';
import { ApiError } from '../error.ts';
import { errorFields, type Logger } from '../log.ts';
import { DOLLAR, type Ledger, type Store } from '../store/store.ts';
import { Admin } from './admin.ts';
import { addressLetters, makeCode, printCode } from './code.ts';
import { Guesses } from './guesses.ts';
import { whyClosed } from './hours.ts';
import { invalid, type ClassChange, type NewClass, type SeatChange } from './input.ts';
import { Keys } from './keys.ts';
import { account, noCaps, openTables, type ClassRecord, type PlainCaps, type SeatRecord, type Tables } from './records.ts';
import { Seats } from './seats.ts';
import { openTokens } from './tokens.ts';
import { bookCaps, usageOf, type Usage } from './usage.ts';

export interface ClassesOptions {
  store: Pick<Store, 'ledger' | 'records'>;
  /** From `installationSecret`. */
  secret: Uint8Array;
  /** `TAGSMITH_ADMIN_SECRET`, where it is set. */
  adminSecret?: string;
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

/** Of a class that has ended. */
const nothing: PlainCaps = { dollars: 0, tokens: 0, requests: 0, concurrency: null };
/** Longer than any call takes. Milliseconds. */
const lastCallsTake = 3_600_000;
const longestClass = 400 * 24 * 3_600_000;
const sweepEvery = 60_000;

/** The classes of this server, as their teacher deals with them. */
export class Classes {
  readonly admin: Admin;
  readonly seats: Seats;
  readonly name: string | undefined;
  readonly models: readonly string[] | undefined;
  readonly #tables: Tables;
  readonly #ledger: Ledger;
  readonly #keys: Keys;
  readonly #now: () => number;
  readonly #keptAfterEnd: number;
  readonly #timer: NodeJS.Timeout;

  constructor({ store, secret, adminSecret, models, name, maxSeats = 100, keptAfterEnd = 24 * 3_600_000, log, now = Date.now, clock }: ClassesOptions) {
    this.#keys = new Keys(secret);
    this.#tables = openTables(store.records);
    this.#ledger = store.ledger;
    this.#now = now;
    this.#keptAfterEnd = keptAfterEnd;
    this.name = name;
    this.models = models;
    const tokens = openTokens(this.#keys.tokens, now);
    this.admin = new Admin(store.records, tokens, new Guesses(clock), adminSecret);
    this.seats = new Seats({ tables: this.#tables, ledger: this.#ledger, keys: this.#keys, tokens, guesses: new Guesses(clock), maxSeats, now });
    this.#timer = setInterval(() => void this.sweep().catch((error: unknown) => log?.error(errorFields(error), 'ended classes could not be cleared away')), sweepEvery).unref();
  }

  /** Throws a `ConfigError` where the store was written with another secret: then it holds no code that could be read and no seat that could go on. */
  static async open(options: ClassesOptions): Promise<Classes> {
    const mark = new Keys(options.secret).hash('this installation');
    if ((await options.store.records.update('installation', (value) => value ?? mark)) !== mark) {
      throw new ConfigError('The store belongs to another secret. Set the TAGSMITH_SECRET that it was made with, or put the file with the secret back beside it; all proxies of one store need the same.');
    }
    return new Classes(options);
  }

  /** Stops clearing away. */
  close(): void {
    clearInterval(this.#timer);
  }

  async list(): Promise<object[]> {
    const classes = await this.#tables.classes.all();
    return classes.sort((a, b) => a.created.localeCompare(b.created)).map((record) => this.#show(record));
  }

  async create({ caps, ...given }: NewClass): Promise<object> {
    const id = randomBytes(9).toString('base64url');
    const plan = { ...given, caps: { class: { ...noCaps, ...caps.class }, seat: { ...noCaps, ...caps.seat } } };
    this.#check(plan, given.expires);
    const { code, addressHash } = await this.#freeCode(id);
    const created = new Date(this.#now()).toISOString();
    const record: ClassRecord = { ...plan, id, sealedCode: this.#keys.seal(code, id), codeHash: this.#keys.hash(code), addressHash, created, paused: false, nicknames: [] };
    await this.#tables.classes.put(id, record);
    await this.#bookClass(id);
    return this.#show(record);
  }

  /** The class, what it has used, and its seats. */
  async report(id: string): Promise<{ class: object; usage: Usage; seats: ({ id: string; nickname: string; usage: Usage } & object)[]; unresolved: object[] }> {
    const record = await this.#get(id);
    const seats = await this.#tables.seats.all(`${id}/`);
    const shown = await Promise.all(seats.sort((a, b) => a.joined.localeCompare(b.joined)).map((seat) => this.#showSeat(record, seat)));
    const withUnresolved = shown.filter(({ usage }) => usage.unresolvedRequests > 0);
    const unresolved = await Promise.all(
      withUnresolved.map(async ({ id: seat }) => (await this.#ledger.unresolved(account.seat(seat))).map(({ bound, model, reason }) => ({ seat, dollars: bound.money / DOLLAR, tokens: bound.tokens, model, reason }))),
    );
    return { class: this.#show(record), usage: usageOf(await this.#ledger.account(account.class(id))), seats: shown, unresolved: unresolved.flat() };
  }

  /** New caps hold at once, also for calls that wait. */
  async change(id: string, { caps = {}, ...given }: ClassChange): Promise<object> {
    const changed = await this.#tables.classes.change(id, (old) => {
      const record: ClassRecord = { ...old, ...given, caps: { class: { ...old.caps.class, ...caps.class }, seat: { ...old.caps.seat, ...caps.seat } } };
      this.#check(record, given.expires);
      return record;
    });
    if (!changed) throw noSuchClass();
    if (caps.class) await this.#bookClass(id);
    if (caps.seat) for (const { id: seat } of await this.#tables.seats.all(`${id}/`)) await this.seats.bookCaps(id, seat);
    return this.#show(changed);
  }

  async changeSeat(id: string, seat: string, { caps, revoked }: SeatChange): Promise<object> {
    const record = await this.#get(id);
    const changed = await this.#tables.seats.change(`${id}/${seat}`, (old) => ({
      ...old,
      ...(revoked !== undefined && { revoked }),
      ...(caps && { caps: withMoney({ ...(old.caps ?? record.caps.seat), ...caps }) }),
    }));
    if (!changed) throw new ApiError(404, 'not_found_error', 'no_such_seat', 'There is no such seat in this class.');
    if (caps) await this.seats.bookCaps(id, seat);
    return this.#showSeat(record, changed);
  }

  /** Takes the class down: its seats, names, code and books. */
  async end(id: string): Promise<void> {
    await this.#get(id);
    await this.#tables.ended.put(id, { id, at: this.#now() });
    await this.#wipe(id);
    // A call that was let in a moment ago must not meet books without bounds: an empty account without any money stays until none can be under way.
    await this.#bookClass(id);
  }

  /** Takes down classes that expired some time ago, and clears away the accounts of those that are down. */
  async sweep(): Promise<void> {
    for (const { id, expires } of await this.#tables.classes.all()) {
      if (this.#now() >= Date.parse(expires) + this.#keptAfterEnd) await this.end(id);
    }
    for (const { id, at } of await this.#tables.ended.all()) {
      if (this.#now() < at + lastCallsTake) continue;
      await this.#wipe(id);
      await this.#tables.ended.put(id);
    }
  }

  async #wipe(id: string): Promise<void> {
    const record = await this.#tables.classes.get(id);
    if (record) await this.#tables.codes.put(record.addressHash);
    await this.#tables.classes.put(id);
    await this.#bookClass(id);
    for (const { id: seat } of await this.#tables.seats.all(`${id}/`)) {
      await this.#tables.seats.put(`${id}/${seat}`);
      await this.seats.bookCaps(id, seat);
    }
    await this.#ledger.forget(account.class(id));
  }

  async #get(id: string): Promise<ClassRecord> {
    const record = await this.#tables.classes.get(id);
    if (!record) throw noSuchClass();
    return record;
  }

  /** A code whose first letters no other class has. */
  async #freeCode(id: string): Promise<{ code: string; addressHash: string }> {
    for (;;) {
      const code = makeCode();
      const addressHash = this.#keys.hash(code.slice(0, addressLetters));
      if ((await this.#tables.codes.claim(addressHash, id)) === id) return { code, addressHash };
    }
  }

  #bookClass(id: string): Promise<void> {
    return bookCaps(this.#ledger, account.class(id), async () => (await this.#tables.classes.get(id))?.caps.class ?? nothing);
  }

  #check({ caps, models, opens, closes }: Pick<ClassRecord, 'caps' | 'models' | 'opens' | 'closes'>, expires: string | undefined): void {
    withMoney(caps.class);
    withMoney(caps.seat);
    const unknown = models === 'all' ? undefined : models.find((model) => this.models && !this.models.includes(model));
    if (unknown !== undefined) throw invalid(`models: there is no model ${unknown} here.`);
    if (opens !== null && closes !== null && opens >= closes) throw invalid('closes: expected a time after the opening.');
    if (expires !== undefined && !(this.#now() < Date.parse(expires) && Date.parse(expires) < this.#now() + longestClass)) throw invalid('expires: expected a time in the future, within 400 days.');
  }

  #show({ sealedCode, codeHash: _, addressHash: __, nicknames: ___, ...shown }: ClassRecord): object {
    const code = printCode(this.#keys.unseal(sealedCode, shown.id));
    return { ...shown, code, link: `/#/class?code=${code}`, open: whyClosed(shown, this.#now()) === undefined };
  }

  async #showSeat(record: ClassRecord, { id, nickname, joined, seen, revoked, left, caps }: SeatRecord): Promise<{ id: string; nickname: string; usage: Usage }> {
    const shown = { id, nickname, joined, seen, revoked: revoked || left, caps: caps ?? record.caps.seat };
    return { ...shown, usage: usageOf(await this.#ledger.account(account.seat(id))) };
  }
}

function withMoney(caps: PlainCaps): PlainCaps {
  if (caps.dollars === null) throw invalid('caps: the class and every seat need a cap in dollars.');
  return caps;
}

function noSuchClass(): ApiError {
  return new ApiError(404, 'not_found_error', 'no_such_class', 'There is no such class. It may have ended.');
}
