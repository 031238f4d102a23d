import type { Account, Amount, Caps, Quantity, Reservation, Reserved, UnresolvedCall } from '../../../proxy/store/amounts.ts';

interface Book {
  caps: Caps;
  settled: Amount[];
  missed: UnresolvedCall[];
}

interface OpenCall extends Reservation {
  books: Map<string, Book>;
}

const total = (amounts: readonly Amount[], key: keyof Amount): number => amounts.reduce((sum, amount) => sum + amount[key], 0);

/** What a ledger means, as slowly and plainly as it can be said: lists of calls, added up whenever somebody asks. */
export class ModelLedger {
  readonly #books = new Map<string, Book>();
  readonly #open = new Map<string, OpenCall>();

  setCaps(account: string, caps: Caps): void {
    const book = this.#books.get(account);
    if (book) book.caps = caps;
    else this.#books.set(account, { caps, settled: [], missed: [] });
  }

  reserve(reservation: Reservation): Reserved {
    if (this.#open.has(reservation.id)) return { outcome: 'reserved' };
    for (const outcome of ['refused', 'wait'] as const) {
      for (const name of reservation.accounts) {
        if (!this.#books.has(name)) return { outcome, account: name, quantity: 'money' };
        const { caps, spent, reserved, open } = this.account(name);
        const waits = outcome === 'wait' ? 1 : 0;
        const would: [Quantity, number][] = [
          ['money', spent.money + waits * reserved.money + reservation.bound.money],
          ['tokens', spent.tokens + waits * reserved.tokens + reservation.bound.tokens],
          ['requests', spent.requests + waits * open + 1],
          ['concurrency', waits * open + 1],
        ];
        for (const [quantity, sum] of would) if (caps[quantity] !== undefined && sum > caps[quantity]) return { outcome, account: name, quantity };
      }
    }
    this.#open.set(reservation.id, { ...reservation, books: new Map(reservation.accounts.map((name) => [name, this.#books.get(name)!])) });
    return { outcome: 'reserved' };
  }

  settle(id: string, usage: Amount): void {
    for (const book of this.#take(id)?.books.values() ?? []) book.settled.push(usage);
  }

  abandon(id: string, reason: string): void {
    const call = this.#take(id);
    for (const book of call?.books.values() ?? []) book.missed.unshift({ id, bound: call!.bound, model: call!.model, reason });
  }

  release(id: string): void {
    this.#take(id);
  }

  forget(account: string): void {
    this.#books.delete(account);
  }

  account(name: string): Account {
    const { caps, settled, missed } = this.#books.get(name) ?? { caps: {}, settled: [], missed: [] };
    const bounds = missed.map(({ bound }) => bound);
    const booked = [...settled, ...bounds];
    const open = [...this.#open.values()].filter(({ books }) => books.has(name) && books.get(name) === this.#books.get(name)).map(({ bound }) => bound);
    return {
      caps,
      spent: { money: total(booked, 'money'), tokens: total(booked, 'tokens'), requests: booked.length },
      reserved: { money: total(open, 'money'), tokens: total(open, 'tokens') },
      open: open.length,
      unresolved: { money: total(bounds, 'money'), tokens: total(bounds, 'tokens'), requests: bounds.length },
    };
  }

  unresolved(account: string): UnresolvedCall[] {
    return this.#books.get(account)?.missed ?? [];
  }

  #take(id: string): OpenCall | undefined {
    const call = this.#open.get(id);
    this.#open.delete(id);
    return call;
  }
}
