import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Amount, Caps, Quantity, Reserved } from '../../../proxy/store/amounts.ts';
import { forget, type Books } from '../../../proxy/store/books.ts';
import { openStore } from '../../../proxy/store/open.ts';
import { startValkey } from '../../valkey.ts';
import { ModelLedger } from './model.ts';
import { skipped, valkey } from './valkey-server.ts';

const inFile = {
  name: 'SQLite',
  left: false,
  async open() {
    const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-store-'));
    return { setting: path.join(folder, 'books.sqlite'), remove: () => rmSync(folder, { recursive: true }) };
  },
};
const onServer = {
  name: `Valkey${skipped}`,
  left: !valkey,
  async open() {
    const server = await startValkey(valkey!);
    return { setting: server.url, remove: () => server.stop() };
  },
};

const bound = (money: number, tokens = 0): Amount => ({ money, tokens });
const call = (id: string, amount: Amount = bound(10), ...accounts: string[]) => ({ id, accounts, bound: amount, model: 'small' });

describe.each([inFile, onServer])('$name', ({ left, open }) => {
  if (left) return test.skip('all behaviours', () => {});

  let books: Books;
  let remove: () => unknown;
  let number = 0;
  /** A name that no other test uses. */
  const fresh = (kind: string): string => `${kind} ${++number}`;

  beforeAll(async () => {
    const opened = await open();
    remove = opened.remove;
    books = await openStore(opened.setting);
  });
  afterAll(async () => {
    await books.close();
    await remove();
  });

  /** The name of an account without bounds. */
  async function opened(kind: string): Promise<string> {
    const account = fresh(kind);
    await books.setCaps(account, {});
    return account;
  }
  const put = (key: string, value: unknown): Promise<void> => books.transact((view) => view.put(key, value));
  const update = <T>(key: string, change: (value: unknown) => T): Promise<T> =>
    books.transact((view) => {
      const value = change(view.get(key));
      view.put(key, value);
      return value;
    });

  const reserve = (account: string, id: string, amount: Amount = bound(10)): Promise<Reserved> => books.reserve(call(id, amount, account));

  describe('a reservation', () => {
    const cases: [Quantity, Caps, Amount][] = [
      ['money', { money: 25 }, bound(10, 0)],
      ['tokens', { tokens: 25 }, bound(0, 10)],
      ['requests', { requests: 2 }, bound(1, 1)],
    ];
    test.each(cases)('waits while open calls hold the rest of the cap on %s, and is refused once it is spent', async (quantity, caps, amount) => {
      const account = fresh('seat');
      const [a, b, c] = [fresh('call'), fresh('call'), fresh('call')];
      await books.setCaps(account, caps);
      expect([await reserve(account, a, amount), await reserve(account, b, amount)]).toEqual([{ outcome: 'reserved' }, { outcome: 'reserved' }]);
      expect(await reserve(account, c, amount)).toEqual({ outcome: 'wait', account, quantity });
      await books.settle(a, amount);
      expect(await reserve(account, c, amount)).toEqual({ outcome: 'wait', account, quantity });
      await books.settle(b, amount);
      expect(await reserve(account, c, amount)).toEqual({ outcome: 'refused', account, quantity });
    });

    test('waits for a free place under a cap on concurrency, and never fits where there is no place', async () => {
      const [account, closed] = [fresh('seat'), fresh('seat')];
      const [a, b] = [fresh('call'), fresh('call')];
      await books.setCaps(account, { concurrency: 1 });
      await reserve(account, a);
      expect(await reserve(account, b)).toEqual({ outcome: 'wait', account, quantity: 'concurrency' });
      await books.settle(a, bound(1));
      expect(await reserve(account, b)).toEqual({ outcome: 'reserved' });
      await books.setCaps(closed, { concurrency: 0 });
      expect(await reserve(closed, fresh('call'))).toEqual({ outcome: 'refused', account: closed, quantity: 'concurrency' });
    });

    test('may use a cap to its last unit', async () => {
      const account = fresh('seat');
      await books.setCaps(account, { money: 10, tokens: 5, requests: 1, concurrency: 1 });
      expect(await reserve(account, fresh('call'), bound(10, 5))).toEqual({ outcome: 'reserved' });
      await books.setCaps(account, { money: 19, tokens: 10 });
      expect(await reserve(account, fresh('call'), bound(10, 5))).toMatchObject({ outcome: 'wait', quantity: 'money' });
    });

    test('is made on all of its accounts or on none', async () => {
      const [seat, group] = [await opened('seat'), fresh('class')];
      await books.setCaps(group, { money: 15 });
      expect(await books.reserve(call(fresh('call'), bound(10), seat, group))).toEqual({ outcome: 'reserved' });
      expect(await books.reserve(call(fresh('call'), bound(10), seat, group))).toEqual({ outcome: 'wait', account: group, quantity: 'money' });
      expect(await books.account(seat)).toMatchObject({ reserved: bound(10), open: 1 });
      expect(await books.account(group)).toMatchObject({ reserved: bound(10), open: 1 });
    });

    test('is refused rather than told to wait where one account would make it wait and another refuses it', async () => {
      const [seat, group] = [fresh('seat'), fresh('class')];
      await books.setCaps(seat, { concurrency: 1 });
      await books.setCaps(group, { money: 5 });
      await reserve(seat, fresh('call'));
      expect(await books.reserve(call(fresh('call'), bound(10), seat, group))).toEqual({ outcome: 'refused', account: group, quantity: 'money' });
    });

    test('is made once where it is asked for twice', async () => {
      const [account, id] = [fresh('seat'), fresh('call')];
      await books.setCaps(account, { requests: 1 });
      expect([await reserve(account, id), await reserve(account, id)]).toEqual([{ outcome: 'reserved' }, { outcome: 'reserved' }]);
      expect(await books.account(account)).toMatchObject({ reserved: bound(10), open: 1 });
    });

    test('counts an account that is named twice once', async () => {
      const account = await opened('seat');
      await books.reserve(call(fresh('call'), bound(10), account, account));
      expect(await books.account(account)).toMatchObject({ reserved: bound(10), open: 1 });
    });

    test('has no bounds where the account has no caps, and is refused where there is no such account', async () => {
      expect(await reserve(await opened('seat'), fresh('call'), bound(2 ** 52, 2 ** 52))).toEqual({ outcome: 'reserved' });
      const none = fresh('seat');
      expect(await reserve(none, fresh('call'))).toEqual({ outcome: 'refused', account: none, quantity: 'money' });
      expect(await books.account(none)).toMatchObject({ open: 0 });
    });

    test('whose sum no number holds throws, and leaves others of the same moment alone', async () => {
      const [full, sound] = [await opened('seat'), await opened('seat')];
      await reserve(full, fresh('call'), bound(Number.MAX_SAFE_INTEGER));
      const asked = [sound, full, sound].map((account) => reserve(account, fresh('call'), bound(1)));
      expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await books.account(sound)).toMatchObject({ open: 2, reserved: bound(2) });
      expect(await books.account(full)).toMatchObject({ open: 1 });
    });

    test('and usage of anything but whole numbers throws', async () => {
      const account = fresh('seat');
      for (const wrong of [Number.NaN, -1, 0.5, 2 ** 53]) {
        await expect(reserve(account, fresh('call'), bound(wrong))).rejects.toThrow(RangeError);
        await expect(books.settle(fresh('call'), bound(0, wrong))).rejects.toThrow(RangeError);
        await expect(books.setCaps(account, { requests: wrong })).rejects.toThrow(RangeError);
      }
      expect(await books.account(account)).toMatchObject({ open: 0, caps: {} });
    });
  });

  describe('the end of a call', () => {
    test.each([
      ['below', bound(4, 2)],
      ['above', bound(25, 9)],
    ])('books usage %s the bound as it is', async (_, usage) => {
      const [account, id] = [await opened('seat'), fresh('call')];
      await reserve(account, id, bound(10, 5));
      await books.settle(id, usage);
      expect(await books.account(account)).toMatchObject({ spent: { ...usage, requests: 1 }, reserved: bound(0), open: 0, unresolved: { money: 0, tokens: 0, requests: 0 } });
    });

    test('that was abandoned is booked at its bound and listed, newest first', async () => {
      const account = await opened('seat');
      const [a, b] = [fresh('call'), fresh('call')];
      await reserve(account, a, bound(10, 5));
      await reserve(account, b, bound(7, 3));
      await books.abandon(a, 'timed out');
      await books.abandon(b, 'cut “off”');
      expect(await books.account(account)).toMatchObject({ spent: { money: 17, tokens: 8, requests: 2 }, unresolved: { money: 17, tokens: 8, requests: 2 }, reserved: bound(0), open: 0 });
      expect(await books.unresolved(account)).toEqual([
        { id: b, bound: bound(7, 3), model: 'small', reason: 'cut “off”' },
        { id: a, bound: bound(10, 5), model: 'small', reason: 'timed out' },
      ]);
    });

    test('that was released leaves no trace', async () => {
      const [account, id] = [await opened('seat'), fresh('call')];
      await reserve(account, id);
      await books.release(id);
      expect(await books.account(account)).toMatchObject({ spent: { money: 0, tokens: 0, requests: 0 }, reserved: bound(0), open: 0 });
      expect(await books.unresolved(account)).toEqual([]);
    });

    test('counts once, whatever follows', async () => {
      const account = await opened('seat');
      const [settled, abandoned, released] = [fresh('call'), fresh('call'), fresh('call')];
      for (const id of [settled, abandoned, released]) await reserve(account, id);
      await books.settle(settled, bound(1));
      await books.abandon(abandoned, 'gone');
      await books.release(released);
      for (const id of [settled, abandoned, released, fresh('call')]) {
        await books.settle(id, bound(100));
        await books.abandon(id, 'again');
        await books.release(id);
      }
      expect(await books.account(account)).toMatchObject({ spent: { money: 11, requests: 2 }, unresolved: { money: 10, requests: 1 }, open: 0, reserved: bound(0) });
      expect(await books.unresolved(account)).toHaveLength(1);
    });

    test('wakes whoever waits, and time does where nothing ends', async () => {
      const [account, id] = [await opened('seat'), fresh('call')];
      for (const end of [() => books.settle(id, bound(1)), () => books.release(id), () => books.abandon(id, 'gone')]) {
        await reserve(account, id);
        const started = performance.now();
        await Promise.all([books.changed(20_000), end()]);
        expect(performance.now() - started).toBeLessThan(5_000);
      }
      await books.changed(20);
    });

    test('keeps the latest 1,000 unresolved calls in the list, and all of them in the sums', async () => {
      const account = await opened('seat');
      for (let i = 0; i < 1_003; i++) {
        await reserve(account, `${account} ${i}`, bound(1));
        await books.abandon(`${account} ${i}`, 'gone');
      }
      const listed = await books.unresolved(account);
      expect([listed.length, listed[0]!.id, listed.at(-1)!.id]).toEqual([1_000, `${account} 1002`, `${account} 3`]);
      expect((await books.account(account)).unresolved).toEqual({ money: 1_003, tokens: 0, requests: 1_003 });
    });
  });

  describe('an account', () => {
    test('is all zeros where there is none', async () => {
      const none = { money: 0, tokens: 0, requests: 0 };
      expect(await books.account(fresh('seat'))).toEqual({ caps: {}, spent: none, reserved: bound(0), open: 0, unresolved: none });
      expect(await books.unresolved(fresh('seat'))).toEqual([]);
    });

    test('has the caps that were set last, and only those', async () => {
      const account = fresh('seat');
      await books.setCaps(account, { money: 5, tokens: 6, requests: 7, concurrency: 8 });
      await books.setCaps(account, { tokens: 9 });
      expect((await books.account(account)).caps).toEqual({ tokens: 9 });
    });

    test('counts exactly up to 2^53', async () => {
      const [account, a, b] = [fresh('seat'), fresh('call'), fresh('call')];
      await books.setCaps(account, { money: 2 ** 53 - 1 });
      expect(await reserve(account, a, bound(2 ** 53 - 2))).toEqual({ outcome: 'reserved' });
      expect(await reserve(account, b, bound(2))).toMatchObject({ outcome: 'wait' });
      await books.abandon(a, 'gone');
      expect((await books.account(account)).spent.money).toBe(2 ** 53 - 2);
      expect((await books.unresolved(account))[0]!.bound.money).toBe(2 ** 53 - 2);
      expect(await reserve(account, b, bound(1))).toEqual({ outcome: 'reserved' });
    });

    test('that was forgotten is gone, and its open calls book nothing on a new one of its name', async () => {
      const [account, kept, id] = [await opened('seat'), await opened('class'), fresh('call')];
      await books.reserve(call(id, bound(10), kept, account));
      await books.transact((view) => forget(view, account));
      expect(await books.account(account)).toMatchObject({ caps: {}, open: 0, reserved: bound(0) });
      await books.setCaps(account, { money: 1 });
      await books.abandon(id, 'gone');
      expect(await books.account(account)).toMatchObject({ caps: { money: 1 }, spent: { money: 0, requests: 0 }, reserved: bound(0), open: 0 });
      expect(await books.unresolved(account)).toEqual([]);
      expect(await books.account(kept)).toMatchObject({ spent: { money: 10, requests: 1 }, open: 0 });
    });
  });

  describe('records', () => {
    test('keep JSON values by key until they are deleted', async () => {
      const key = fresh('class');
      expect(await books.get(key)).toBeUndefined();
      for (const value of [{ name: 'Ä 😀', seats: [1, null] }, 0, '', null, false]) {
        await put(key, value);
        expect(await books.get(key)).toEqual(value);
      }
      await put(key, undefined);
      expect(await books.get(key)).toBeUndefined();
    });

    test('are listed by the start of their keys, sorted, whatever signs the keys hold', async () => {
      const start = `${fresh('list')}:%_*[`;
      for (const key of ['b', 'a', 'é', '😀', '']) await put(start + key, key);
      await put(`${start.slice(0, -1)}x`, 'not this one');
      expect(await books.list(start)).toEqual(['', 'a', 'b', 'é', '😀'].map((key) => [start + key, key]));
      await put(`${start}a`, undefined);
      expect((await books.list(start)).map(([, value]) => value)).toEqual(['', 'b', 'é', '😀']);
    });

    test('lose no update, however many are made at once', async () => {
      const key = fresh('counter');
      const results = await Promise.all(Array.from({ length: 50 }, () => update(key, (count) => ((count as number | undefined) ?? 0) + 1)));
      expect(results.sort((a, b) => (a as number) - (b as number))).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
      expect(await books.get(key)).toBe(50);
    });

    test('can be made and deleted by an update, and stay as they are where it throws', async () => {
      const key = fresh('record');
      expect(await update(key, (value) => [value === undefined])).toEqual([true]);
      await expect(update(key, () => { throw new Error('no'); })).rejects.toThrow('no');
      expect(await books.get(key)).toEqual([true]);
      expect(await update(key, () => undefined)).toBeUndefined();
      expect(await books.list(key)).toEqual([]);
    });
  });

  const name = fc.constantFrom('A', 'B', 'C');
  const id = fc.integer({ min: 0, max: 5 }).map(String);
  const amount = fc.record({ money: fc.integer({ min: 0, max: 20 }), tokens: fc.integer({ min: 0, max: 20 }) });
  const cap = fc.integer({ min: 0, max: 60 });
  const few = fc.integer({ min: 0, max: 4 });
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.record({ do: fc.constant('setCaps' as const), name, caps: fc.record({ money: cap, tokens: cap, requests: few, concurrency: few }, { requiredKeys: [] }) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('reserve' as const), id, names: fc.uniqueArray(name, { minLength: 0, maxLength: 3 }), bound: amount }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), id, usage: amount }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('abandon' as const), id, reason: fc.string() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), id }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), name }) },
  );

  test('does what a list of calls would say, for any sequence of steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const run = `${fresh('run')} `;
        const model = new ModelLedger();
        // An id that was closed is not used again: a reservation that failed takes a new one.
        const uses = new Map<string, number>();
        const unique = (short: string): string => `${run}${short}.${uses.get(short) ?? 0}`;
        const next = (short: string): Map<string, number> => uses.set(short, (uses.get(short) ?? 0) + 1);
        for (const now of steps) {
          if (now.do === 'setCaps') {
            model.setCaps(run + now.name, now.caps);
            await books.setCaps(run + now.name, now.caps);
          } else if (now.do === 'forget') {
            model.forget(run + now.name);
            await books.transact((view) => forget(view, run + now.name));
          } else if (now.do === 'reserve') {
            const reservation = call(unique(now.id), now.bound, ...now.names.map((short) => run + short));
            expect(await books.reserve(reservation)).toEqual(model.reserve(reservation));
          } else {
            const closing = unique(now.id);
            if (now.do === 'settle') {
              model.settle(closing, now.usage);
              await books.settle(closing, now.usage);
            } else if (now.do === 'abandon') {
              model.abandon(closing, now.reason);
              await books.abandon(closing, now.reason);
            } else {
              model.release(closing);
              await books.release(closing);
            }
            next(now.id);
          }
          for (const short of ['A', 'B', 'C']) {
            expect(await books.account(run + short)).toEqual(model.account(run + short));
            expect(await books.unresolved(run + short)).toEqual(model.unresolved(run + short));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a hundred clients at once never bring an account above its cap, and every settled unit is booked', async () => {
    const group = fresh('class');
    const cap = 1_000_003;
    await books.setCaps(group, { money: cap, concurrency: 20 });
    const settled = { money: 0, requests: 0 };
    const abandoned = { money: 0, requests: 0 };
    let highest = 0;
    const client = async (seat: string): Promise<void> => {
      const random = fc.sample(fc.record({ bound: fc.integer({ min: 0, max: 3_000 }), part: fc.double({ min: 0, max: 1, noNaN: true }), end: fc.integer({ min: 0, max: 9 }) }), 20);
      for (const { bound: money, part, end } of random) {
        const id = fresh('call');
        for (;;) {
          const { outcome } = await books.reserve(call(id, bound(money), seat, group));
          if (outcome === 'refused') return;
          if (outcome === 'reserved') break;
          await books.changed(50);
        }
        const { spent, reserved, open } = await books.account(group);
        highest = Math.max(highest, spent.money + reserved.money);
        expect(open).toBeLessThanOrEqual(20);
        if (end === 0) await books.release(id);
        else if (end === 1) {
          await books.abandon(id, 'gone');
          abandoned.money += money;
          abandoned.requests++;
        } else {
          const usage = Math.round(money * part);
          await books.settle(id, bound(usage));
          settled.money += usage;
          settled.requests++;
        }
      }
    };
    const seats = await Promise.all(Array.from({ length: 100 }, () => opened('seat')));
    await Promise.all(seats.map(client));
    const account = await books.account(group);
    expect(highest).toBeLessThanOrEqual(cap);
    expect(settled.requests).toBeGreaterThan(300);
    expect(account).toMatchObject({ spent: { money: settled.money + abandoned.money, requests: settled.requests + abandoned.requests }, unresolved: abandoned, reserved: bound(0), open: 0 });
    const bySeat = await Promise.all(seats.map((seat) => books.account(seat)));
    expect(bySeat.reduce((sum, { spent }) => sum + spent.money, 0)).toBe(account.spent.money);
  }, 120_000);
});
