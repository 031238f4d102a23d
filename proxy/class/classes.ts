import { randomUUID } from 'node:crypto';
import { ApiError, ConfigError } from '../error.ts';
import { errorFields, type Logger } from '../log.ts';
import { DOLLAR } from '../store/amounts.ts';
import type { Books } from '../store/books.ts';
import { openAdmin } from './admin.ts';
import { classOf, codeOf, printCode } from './code.ts';
import { openGuesses } from './guesses.ts';
import { whyClosed } from './hours.ts';
import type { ClassChange, NewClass, PlainCaps, SeatChange } from './input.ts';
import { openKeys } from './keys.ts';
import { account, classRecords, type ClassRecord, type SeatRecord } from './records.ts';
import { openSeats } from './seats.ts';
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
  /** Most seats of a class. */
  maxSeats?: number;
  log?: Pick<Logger, 'error'>;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Milliseconds, going forward only. */
  clock?: () => number;
}

const noCaps: PlainCaps = { dollars: null, tokens: null, requests: null, concurrency: null };
const day = 24 * 3_600_000;
const longestClass = 400 * day;
/** How long a class is kept after it has expired, for the teacher to take the usage out. */
const keptAfterEnd = day;
const sweepEvery = 60_000;

export type Classes = Awaited<ReturnType<typeof openClasses>>;

/**
 * The classes of this server, as their teacher deals with them. Throws a `ConfigError` where the store was written with
 * another secret: then it holds no code that could be read and no seat that could go on.
 */
export async function openClasses({ books, secret, adminSecret, models, maxSeats = 100, log, now = Date.now, clock }: ClassesOptions) {
  const keys = openKeys(secret);
  const mark = keys.derive('installation').toString('base64url');
  const newSecret = await books.transact((view) => {
    const { mark: kept, isShown } = (view.get('installation') ?? { mark, isShown: false }) as { mark: string; isShown: boolean };
    const help = 'Set the TAGSMITH_SECRET that it was made with, or put the file with the secret back beside it; all proxies of one store need the same.';
    if (kept !== mark) throw new ConfigError(`The store belongs to another secret. ${help}`);
    view.put('installation', { mark, isShown: isShown || !adminSecret });
    return isShown || adminSecret ? null : keys.adminSecret;
  });
  const classes = classRecords(books);
  const tokens = openTokens(keys.tokens, now);

  function show({ codeSeed, seats: _, ...shown }: ClassRecord): object {
    const code = printCode(codeOf(codeSeed, keys));
    return { ...shown, code, link: `/#/class?code=${code}`, open: whyClosed(shown, now()) === undefined };
  }

  async function showSeat(record: ClassRecord, { id, nickname, joined, seen, revoked, left, caps }: SeatRecord): Promise<SeatUsage> {
    const shown = { id, nickname, joined, seen, revoked: revoked || left, caps: caps ?? record.caps.seat };
    return { ...shown, usage: usageOf(await books.account(account.seat(id))) };
  }

  function check({ caps, models: wanted, opens, closes }: Pick<ClassRecord, 'caps' | 'models' | 'opens' | 'closes'>, expires: string | undefined): void {
    withMoney(caps.class);
    withMoney(caps.seat);
    const unknown = wanted === 'all' ? undefined : wanted.find((model) => models && !models.includes(model));
    if (unknown !== undefined) throw wrong(`models: there is no model ${unknown} here.`);
    if (opens !== null && closes !== null && opens >= closes) throw wrong('closes: expected a time after the opening.');
    const left = expires === undefined ? 1 : Date.parse(expires) - now();
    if (left <= 0 || left >= longestClass) throw wrong('expires: expected a time in the future, within 400 days.');
  }

  /** Takes down classes that expired some time ago. */
  async function sweep(): Promise<void> {
    const isOver = ({ expires }: ClassRecord): boolean => now() >= Date.parse(expires) + keptAfterEnd;
    for (const { id } of await classes.all()) await classes.change(id, (record) => (isOver(record) ? undefined : record));
  }

  const failed = (error: unknown): void => log?.error(errorFields(error), 'ended classes could not be cleared away');
  const timer = setInterval(() => void sweep().catch(failed), sweepEvery).unref();

  return {
    /** The teacher's secret where nobody has seen it yet: it is shown this once. */
    newSecret,
    models,
    admin: openAdmin(adminSecret ?? keys.adminSecret, tokens, openGuesses(clock)),
    seats: openSeats({ classes, books, keys, tokens, judge: openGuesses(clock), maxSeats, now }),
    sweep,

    /** Stops clearing away. */
    close: () => clearInterval(timer),

    async list(): Promise<object[]> {
      return (await classes.all()).sort((a, b) => a.created.localeCompare(b.created)).map(show);
    },

    async create({ caps, ...given }: NewClass): Promise<object> {
      const plan = { ...given, caps: { class: { ...noCaps, ...caps.class }, seat: { ...noCaps, ...caps.seat } } };
      check(plan, given.expires);
      for (;;) {
        const codeSeed = randomUUID();
        const id = classOf(codeOf(codeSeed, keys), keys);
        const record: ClassRecord = { ...plan, id, codeSeed, created: new Date(now()).toISOString(), paused: false, seats: [] };
        if (await classes.add(record)) return show(record);
      }
    },

    /** The class, what it has used, and its seats. */
    async report(id: string): Promise<{ class: object; usage: Usage; seats: SeatUsage[]; unresolved: object[] }> {
      const record = (await classes.get(id)) ?? missing('class');
      const seats = await Promise.all(record.seats.map((seat) => showSeat(record, seat)));
      const unresolved = seats.map(async ({ id: seat, usage }) => {
        const calls = usage.unresolvedRequests > 0 ? await books.unresolved(account.seat(seat)) : [];
        return calls.map(({ bound, model, reason }) => ({ seat, dollars: bound.money / DOLLAR, tokens: bound.tokens, model, reason }));
      });
      const usage = usageOf(await books.account(account.class(id)));
      return { class: show(record), usage, seats, unresolved: (await Promise.all(unresolved)).flat() };
    },

    /** New caps hold at once, also for calls that wait. */
    async change(id: string, { caps = {}, ...given }: ClassChange): Promise<object> {
      const changed = await classes.change(id, (old) => {
        const both = { class: { ...old.caps.class, ...caps.class }, seat: { ...old.caps.seat, ...caps.seat } };
        const record: ClassRecord = { ...old, ...given, caps: both };
        check(record, given.expires);
        return record;
      });
      return show(changed ?? missing('class'));
    },

    async changeSeat(id: string, seatId: string, { caps, ...given }: SeatChange): Promise<object> {
      const changed = await classes.changeSeat(id, seatId, (old, { caps: usual }) => ({
        ...old,
        ...given,
        ...(caps && { caps: withMoney({ ...(old.caps ?? usual.seat), ...caps }) }),
      }));
      const record = changed ?? missing('class');
      return showSeat(record, record.seats.find((seat) => seat.id === seatId) ?? missing('seat'));
    },

    /** Takes the class down: its seats, names, code and books. Calls that were let in a moment ago find no account, and are refused. */
    async end(id: string): Promise<void> {
      if (!(await classes.get(id))) missing('class');
      await classes.change(id, () => undefined);
    },
  };
}

function withMoney(caps: PlainCaps): PlainCaps {
  if (caps.dollars === null) throw wrong('caps: the class and every seat need a cap in dollars.');
  return caps;
}

const wrong = (message: string): ApiError => new ApiError(400, 'invalid_request', message);

function missing(what: 'class' | 'seat'): never {
  const message = what === 'class' ? 'There is no such class. It may have ended.' : 'There is no such seat in this class.';
  throw new ApiError(404, `no_such_${what}`, message);
}
