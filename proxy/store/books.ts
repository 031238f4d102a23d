import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Account, Amount, Caps, Quantity, Reservation, Reserved, UnresolvedCall } from './amounts.ts';
import { openTransactions, StoreError, type Shelf, type View } from './transactions.ts';

/** How a call ends. */
type Closing = { how: 'settle'; usage: Amount } | { how: 'abandon'; reason: string } | { how: 'release' };

/** An account as it is kept. `born` tells it from another that has its name: an open call of a forgotten account finds nothing to book on. */
interface Book extends Account {
  born: string;
}

interface OpenCall extends Pick<Reservation, 'bound' | 'model'> {
  accounts: [name: string, born: string][];
}

const quantities: readonly Quantity[] = ['money', 'tokens', 'requests', 'concurrency'];
const none = { money: 0, tokens: 0, requests: 0 };
const unused: Account = { caps: {}, spent: none, reserved: { money: 0, tokens: 0 }, open: 0, unresolved: none };

/** Why the calls of a proxy that is gone were abandoned. */
const stopped = 'the proxy was stopped during the call';
/** So many unresolved calls are kept for each account. */
const keptUnresolved = 1000;
/** So many calls of a proxy that is gone are ended at once: other clients wait meanwhile. */
const endedAtOnce = 500;
const retryMilliseconds = 1000;

const accountKey = (name: string): string => `account/${name}`;
const callKey = (owner: string, id: string): string => `call/${owner}/${id}`;
const unresolvedKey = ({ born }: Book, number: number | '' = ''): string => `unresolved/${born}/${number && String(number).padStart(16, '0')}`;

export type Books = ReturnType<typeof openBooks>;

/** Opens an account, or gives it other caps. */
export function setCaps(view: View, name: string, caps: Caps): void {
  checkWhole(caps);
  const book = view.get(accountKey(name)) as Book | undefined;
  view.put(accountKey(name), { ...(book ?? { ...unused, born: randomUUID() }), caps });
  view.wake();
}

/** Removes an account and its unresolved calls. */
export function forget(view: View, name: string): void {
  const book = view.get(accountKey(name)) as Book | undefined;
  if (!book) return;
  view.put(accountKey(name), undefined);
  const last = book.unresolved.requests;
  for (let number = Math.max(1, last - keptUnresolved + 1); number <= last; number++) view.put(unresolvedKey(book, number), undefined);
  view.wake();
}

/**
 * The books of a store, JSON values on its shelf: reserve an upper bound before a call, settle it with the usage that the
 * reply reports. All methods are atomic, also between several proxies on one store. Settling, abandoning or releasing a
 * call that is not open does nothing. Open calls of a proxy that died are abandoned by the next start or by the others.
 * `owner` is this proxy among those of the store.
 */
export function openBooks(shelf: Shelf, owner: string) {
  const transact = openTransactions(shelf);
  /** Emits `change` where a call may fit that did not. */
  const changes = new EventEmitter().setMaxListeners(0);
  shelf.onWake(() => changes.emit('change'));
  /** Ends that the store could not take, tried again until it can: usage that has arrived is not lost. A call's first end counts. */
  const left = new Map<string, Closing>();
  let timer: NodeJS.Timeout | undefined;

  async function get(key: string): Promise<unknown> {
    const [text] = await shelf.read([key]);
    return text === null || text === undefined ? undefined : JSON.parse(text);
  }

  async function list(prefix: string): Promise<[key: string, value: unknown][]> {
    return (await shelf.list(prefix)).map(([key, text]) => [key, JSON.parse(text)]);
  }

  async function end(id: string, closing: Closing): Promise<void> {
    const first = left.get(id) ?? closing;
    try {
      await transact((view) => book(view, owner, id, first));
      left.delete(id);
    } catch (error) {
      endLater(id, first);
      throw error;
    }
  }

  function endLater(id: string, closing: Closing): void {
    left.set(id, closing);
    timer ??= setTimeout(() => void retry(), retryMilliseconds).unref();
  }

  async function retry(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    await Promise.allSettled([...left].map(([id, closing]) => end(id, closing)));
  }

  /** Abandons the open calls of a proxy that is gone; `isGone` looks again in the same moment. */
  async function abandonCallsOf(gone: string, isGone: (view: View) => boolean = () => true): Promise<void> {
    const ids = (await shelf.list(callKey(gone, ''))).map(([key]) => key.slice(callKey(gone, '').length));
    const abandon = (id: string): Promise<void> => transact((view) => void (isGone(view) && book(view, gone, id, { how: 'abandon', reason: stopped })));
    for (let start = 0; start < ids.length; start += endedAtOnce) await Promise.all(ids.slice(start, start + endedAtOnce).map(abandon));
  }

  return {
    /** Reads and changes wholly or not at all. `work` may be asked more than once, so it does nothing else. */
    transact,

    get,

    /** Keys with the prefix, sorted, and their values. */
    list,

    abandonCallsOf,

    /** Opens the account where there is none. */
    setCaps: (name: string, caps: Caps): Promise<void> => transact((view) => setCaps(view, name, caps)),

    /** An account that was not opened is refused. */
    async reserve({ id, accounts, bound, model }: Reservation): Promise<Reserved> {
      checkWhole(bound);
      const key = callKey(owner, id);
      const reserving = transact((view): Reserved => {
        if (view.get(key)) return { outcome: 'reserved' };
        const books = [...new Set(accounts)].map((name) => [name, view.get(accountKey(name)) as Book | undefined] as const);
        const short = whatIsShort(books, bound);
        if (short) return short;
        for (const [name, book] of books) view.put(accountKey(name), { ...book, reserved: plus(book!.reserved, bound), open: book!.open + 1 });
        view.put(key, { accounts: books.map(([name, book]) => [name, book!.born]), bound, model } satisfies OpenCall);
        return { outcome: 'reserved' };
      });
      // It may have been written although the connection broke.
      reserving.catch((error: unknown) => error instanceof StoreError && endLater(id, { how: 'release' }));
      return reserving;
    },

    /** The call's usage has arrived. It is booked as it is, also where it is above the bound. */
    async settle(id: string, usage: Amount): Promise<void> {
      checkWhole(usage);
      await end(id, { how: 'settle', usage });
    },

    /** The call may have cost something, but its usage will not arrive: booked at its bound and listed. */
    abandon: (id: string, reason: string): Promise<void> => end(id, { how: 'abandon', reason }),

    /** Nothing went upstream: as if it had not been reserved. */
    release: (id: string): Promise<void> => end(id, { how: 'release' }),

    /** Zeros where there is no such account. */
    async account(name: string): Promise<Account> {
      const { born: _, ...account } = ((await get(accountKey(name))) ?? unused) as Book;
      return account;
    },

    /** The latest 1,000, newest first. */
    async unresolved(name: string): Promise<UnresolvedCall[]> {
      const book = (await get(accountKey(name))) as Book | undefined;
      return book ? (await list(unresolvedKey(book))).map(([, call]) => call as UnresolvedCall).reverse() : [];
    },

    /** Resolves when something was settled or released, or after `milliseconds`: then a waiting call may try again. */
    async changed(milliseconds: number): Promise<void> {
      await once(changes, 'change', { signal: AbortSignal.timeout(milliseconds) }).catch(() => {});
    },

    async close(): Promise<void> {
      await retry();
      clearTimeout(timer);
      await abandonCallsOf(owner).catch(() => {});
      await shelf.close();
      changes.emit('change');
    },
  };
}

/** Ends a call, on all of its accounts that are still there; does nothing where it is not open, and so may be asked twice. */
function book(view: View, owner: string, id: string, closing: Closing): void {
  const call = view.get(callKey(owner, id)) as OpenCall | undefined;
  if (!call) return;
  const { accounts, bound, model } = call;
  for (const [name, born] of accounts) {
    const old = view.get(accountKey(name)) as Book | undefined;
    if (old?.born !== born) continue;
    const kept: Book = { ...old, reserved: plus(old.reserved, bound, -1), open: old.open - 1 };
    if (closing.how !== 'release') kept.spent = plus(old.spent, { ...(closing.how === 'settle' ? closing.usage : bound), requests: 1 });
    if (closing.how === 'abandon') {
      kept.unresolved = plus(old.unresolved, { ...bound, requests: 1 });
      const number = kept.unresolved.requests;
      view.put(unresolvedKey(old, number), { id, bound, model, reason: closing.reason } satisfies UnresolvedCall);
      view.put(unresolvedKey(old, number - keptUnresolved), undefined);
    }
    view.put(accountKey(name), kept);
  }
  view.put(callKey(owner, id), undefined);
  view.wake();
}

/** What stands in the way of a call: beside what is spent, then it is refused, or beside the open calls too, then it waits. */
function whatIsShort(books: readonly (readonly [name: string, book: Book | undefined])[], bound: Amount): Reserved | undefined {
  const asked: Record<Quantity, number> = { ...bound, requests: 1, concurrency: 1 };
  for (const outcome of ['refused', 'wait'] as const) {
    for (const [account, book] of books) {
      if (!book) return { outcome, account, quantity: 'money' };
      const { caps, spent, reserved, open } = book;
      const used: Record<Quantity, number> = { ...spent, concurrency: 0 };
      const held: Record<Quantity, number> = { ...reserved, requests: open, concurrency: open };
      const isShort = (quantity: Quantity): boolean =>
        used[quantity] + (outcome === 'wait' ? held[quantity] : 0) + asked[quantity] > (caps[quantity] ?? Infinity);
      const quantity = quantities.find(isShort);
      if (quantity) return { outcome, account, quantity };
    }
  }
  return undefined;
}

function plus<Sums extends Amount>(sums: Sums, added: NoInfer<Sums>, times = 1): Sums {
  const result = { ...sums };
  for (const name in result) (result as Amount)[name as keyof Amount] += times * added[name as keyof Amount];
  checkWhole(result);
  return result;
}

/** Throws a `RangeError` unless all are whole numbers from zero up, below 2^53. */
function checkWhole(amounts: Amount | Caps): void {
  for (const name in amounts) {
    const value = (amounts as Caps)[name as Quantity];
    const isWhole = value === undefined || (Number.isSafeInteger(value) && value >= 0);
    if (!isWhole) throw new RangeError(`${name} is ${value}; the books take whole numbers from 0 to 2^53 − 1.`);
  }
}
