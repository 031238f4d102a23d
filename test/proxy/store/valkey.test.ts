import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ApiError } from '../../../proxy/error.ts';
import type { Books } from '../../../proxy/store/books.ts';
import { openValkeyStore } from '../../../proxy/store/valkey.ts';
import { startValkey, type Valkey } from '../../valkey.ts';
import { Diary, killed } from './diary.ts';
import { skipped, valkey } from './valkey-server.ts';

const lease = 1_000;
const ten = { money: 10, tokens: 1 };

/**
 * A line to a server, on which what is sent takes a while. `hold` keeps back what its present connections send, from the
 * next script on, until `deliver`; later connections are quick.
 */
async function slowLine(port: number, milliseconds = 0): Promise<{ url: string; hold(): void; deliver(): Promise<void>; close(): void }> {
  const senders: { toServer: Socket; holds: boolean; held: Buffer[] }[] = [];
  const line = createServer((fromClient) => {
    const sender: (typeof senders)[number] = { toServer: connect(port, '127.0.0.1'), holds: false, held: [] };
    senders.push(sender);
    for (const socket of [fromClient, sender.toServer]) socket.on('error', () => {});
    fromClient.on('data', (data) => {
      if (sender.held.length > 0 || (sender.holds && data.includes('evalsha'))) sender.held.push(data);
      else if (milliseconds > 0) setTimeout(() => sender.toServer.write(data), milliseconds);
      else sender.toServer.write(data);
    });
    sender.toServer.on('data', (data) => fromClient.write(data));
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${(line.address() as AddressInfo).port}`,
    hold: () => senders.forEach((sender) => (sender.holds = true)),
    async deliver() {
      const holding = senders.filter(({ held }) => held.length > 0);
      expect(holding.length).toBeGreaterThan(0);
      for (const { toServer, held } of holding) await new Promise((resolve) => toServer.write(Buffer.concat(held), resolve));
    },
    close() {
      for (const { toServer } of senders) toServer.destroy();
      line.close();
    },
  };
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(!valkey)(`proxies on one server${skipped}`, () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  async function startServer(...settings: string[]): Promise<Valkey> {
    const server = await startValkey(valkey!, ...settings);
    ends.push(() => server.stop());
    return server;
  }
  async function open(server: Valkey): Promise<Books> {
    const store = await openValkeyStore(server.url, { leaseMilliseconds: lease });
    ends.push(() => store.close());
    await store.setCaps('class', {});
    return store;
  }
  const reserve = (store: Books, id: string) => store.reserve({ id, accounts: ['class'], bound: ten, model: 'small' });
  const openCalls = async (store: Books): Promise<number> => (await store.account('class')).open;

  test('abandon the open calls of one that is killed, and the totals are exact', async () => {
    const server = await startServer();
    const store = await open(server);
    await store.setCaps('class', { concurrency: 15 });
    const diary = new Diary();
    const [first, second] = [diary.start(server.url, 'first', String(lease)), diary.start(server.url, 'second', String(lease))];
    ends.push(() => [first, second].forEach((child) => child.kill('SIGKILL')));
    await Promise.all([diary.settles(100, 'first'), diary.settles(100, 'second')]);
    await killed(first);
    await expect.poll(async () => (await store.unresolved('class')).length, { timeout: 3 * lease }).toBeGreaterThan(0);
    await diary.settles(100, 'second');
    await killed(second);
    await expect.poll(() => openCalls(store), { timeout: 3 * lease }).toBe(0);
    expect(await diary.expectTrue(store)).toBeLessThanOrEqual(22);
    expect(await diary.late(store)).toBe(0);
  }, 60_000);

  test('book a call once where its proxy was paused, has lost its lease, and settles late', async () => {
    const server = await startServer();
    const store = await open(server);
    const diary = new Diary();
    const child = diary.start(server.url, 'paused', String(lease));
    ends.push(() => child.kill('SIGKILL'));
    await diary.settles(150);
    child.kill('SIGSTOP');
    await expect.poll(async () => (await store.unresolved('class')).length, { timeout: 4 * lease }).toBeGreaterThan(0);
    expect(await openCalls(store)).toBe(0);
    child.kill('SIGCONT');
    child.kill('SIGUSR2');
    await expect.poll(() => diary.late(store)).toBeGreaterThan(0);
    await diary.settles(150);
    await killed(child);
    await expect.poll(() => openCalls(store), { timeout: 4 * lease }).toBe(0);
    await diary.expectTrue(store);
  }, 60_000);

  test('keep the calls of one that lives, however long they take', async () => {
    const server = await startServer();
    const [one, other] = [await open(server), await open(server)];
    await reserve(one, 'long');
    await pause(2.5 * lease);
    expect(await openCalls(other)).toBe(1);
    await one.settle('long', { money: 3, tokens: 1 });
    expect(await other.account('class')).toMatchObject({ open: 0, spent: { money: 3, requests: 1 } });
  });

  test('abandon what is left open by one that is closed', async () => {
    const server = await startServer();
    const store = await open(server);
    const other = await openValkeyStore(server.url, { leaseMilliseconds: 60_000 });
    await reserve(other, 'left');
    await other.close();
    expect(await store.unresolved('class')).toMatchObject([{ id: 'left', reason: 'the proxy was stopped during the call' }]);
  });

  test('wake each other when a call ends', async () => {
    const server = await startServer();
    const [one, other] = [await open(server), await open(server)];
    await reserve(one, 'call');
    const started = performance.now();
    await Promise.all([other.changed(20_000), one.settle('call', ten)]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('never pass a cap together, and lose no update of a record', async () => {
    const server = await startServer();
    const stores = [await open(server), await open(server)];
    await stores[0]!.setCaps('class', { money: 1_005 });
    const outcomes = await Promise.all(Array.from({ length: 300 }, (_, i) => reserve(stores[i % 2]!, `call ${i}`)));
    expect(outcomes.filter(({ outcome }) => outcome === 'reserved')).toHaveLength(100);
    await Promise.all(Array.from({ length: 40 }, (_, i) => stores[i % 2]!.transact((view) => view.put('seats', [...((view.get('seats') as number[] | undefined) ?? []), i]))));
    expect(new Set((await stores[0]!.get('seats')) as number[]).size).toBe(40);
  });

  test('get their turn, also one that is farther from the server than another which never rests', async () => {
    const server = await startServer();
    const line = await slowLine(Number(new URL(server.url).port), 20);
    ends.push(() => line.close());
    const quick = await open(server);
    const slow = await openValkeyStore(line.url);
    ends.push(() => slow.close());
    let rests = false;
    let made = 0;
    const storm = Promise.all(Array.from({ length: 5 }, async (_, caller) => {
      for (let i = 0; !rests; i++) {
        await reserve(quick, `quick ${caller} ${i}`);
        await quick.settle(`quick ${caller} ${i}`, { money: 1, tokens: 0 });
        made++;
      }
    }));
    const started = performance.now();
    for (let i = 0; i < 3; i++) expect(await reserve(slow, `slow ${i}`)).toEqual({ outcome: 'reserved' });
    expect(performance.now() - started).toBeLessThan(10_000);
    rests = true;
    await storm;
    expect(made).toBeGreaterThan(50);
    expect(await openCalls(quick)).toBe(3);
  }, 60_000);

  test('fail at once while the server is gone, come back by themselves, and what has been used meanwhile is booked', async () => {
    const server = await startServer();
    const store = await open(server);
    await reserve(store, 'before');
    const restarted = pause(300).then(() => server.restart());
    const settled = { requests: 0, failed: 0 };
    const client = async (number: number): Promise<void> => {
      for (let i = 0; i < 400; i++) {
        const id = `${number} ${i}`;
        const started = performance.now();
        try {
          await reserve(store, id);
          settled.requests++;
          await store.settle(id, { money: 1, tokens: 0 });
        } catch (error) {
          expect(error).toMatchObject({ status: 503, code: 'store_unavailable' });
          expect(performance.now() - started).toBeLessThan(3_000);
          settled.failed++;
          await pause(20);
        }
        await pause(1);
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, number) => client(number)));
    await restarted;
    expect(settled.failed).toBeGreaterThan(0);
    await expect.poll(() => openCalls(store), { timeout: 5_000 }).toBe(1);
    await store.settle('before', { money: 5, tokens: 0 });
    expect(await store.account('class')).toMatchObject({ spent: { money: settled.requests + 5, requests: settled.requests + 1 }, unresolved: { requests: 0 }, reserved: { money: 0 } });
    const woken = store.changed(20_000);
    await reserve(store, 'after');
    await store.release('after');
    const started = performance.now();
    await woken;
    expect(performance.now() - started).toBeLessThan(5_000);
  }, 60_000);

  test('fail within seconds while the server hangs, and a reservation that it makes afterwards does not stay open', async () => {
    const server = await startServer();
    const store = await open(server);
    await reserve(store, 'known');
    server.kill('SIGSTOP');
    const started = performance.now();
    await expect(reserve(store, 'doubtful')).rejects.toThrow(ApiError);
    await expect(store.settle('known', { money: 4, tokens: 0 })).rejects.toThrow(ApiError);
    expect(performance.now() - started).toBeLessThan(6_000);
    server.kill('SIGCONT');
    await expect.poll(async () => (await store.account('class').catch(() => undefined))?.open, { timeout: 10_000 }).toBe(0);
    expect(await store.account('class')).toMatchObject({ spent: { money: 4, requests: 1 }, unresolved: { requests: 0 } });
    expect(await reserve(store, 'next')).toEqual({ outcome: 'reserved' });
  }, 60_000);

  test('do not make a reservation that arrives when it was given up', async () => {
    const server = await startServer();
    const line = await slowLine(Number(new URL(server.url).port));
    ends.push(() => line.close());
    const store = await openValkeyStore(line.url, { leaseMilliseconds: 60_000 });
    ends.push(() => store.close());
    await store.setCaps('class', {});
    line.hold();
    await expect(reserve(store, 'given up')).rejects.toThrow(ApiError);
    // It is back, over another connection; whatever it writes there bars what is still on its way.
    await expect.poll(() => openCalls(store).catch(() => -1), { timeout: 10_000 }).toBe(0);
    await pause(100);
    await line.deliver();
    await pause(200);
    expect(await openCalls(store)).toBe(0);
    expect(await reserve(store, 'next')).toEqual({ outcome: 'reserved' });
  }, 30_000);

  test('refuse a server that may evict books, and say so where there is none, without the password', async () => {
    const evicting = await startServer('--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru');
    await expect(openValkeyStore(evicting.url)).rejects.toThrow(/maxmemory-policy allkeys-lru.*noeviction/s);
    const closed = await startServer();
    await closed.stop().finally(() => ends.pop());
    const error = await openValkeyStore(closed.url.replace('//', '//user:secret-word@')).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/ConfigError: The store at 127\.0\.0\.1:\d+ can't be used/);
    expect(String(error)).not.toContain('secret-word');
  });

  test('are refused with a wrong password, and served with the right one, at a valkey:// address too', async () => {
    const server = await startServer();
    await server.command('CONFIG', 'SET', 'requirepass', 'open-sesame');
    await expect(openValkeyStore(server.url)).rejects.toThrow(/password/);
    const store = await openValkeyStore(server.url.replace('redis://', 'valkey://:open-sesame@'));
    await store.setCaps('class', {});
    expect(await reserve(store, 'call')).toEqual({ outcome: 'reserved' });
    await store.close();
  });
});
