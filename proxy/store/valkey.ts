import { randomUUID } from 'node:crypto';
import { Redis } from 'iovalkey';
import { ConfigError } from '../config-error.ts';
import { checkWhole } from './amount.ts';
import { Closings, keptUnresolved, stoppedReason } from './closings.ts';
import { StoreError } from './error.ts';
import type { Amount, Quantity, Reserved, Store, UnresolvedCall } from './store.ts';
import { scripts, sweepSize } from './valkey-scripts.ts';
import { Waiters } from './waiters.ts';

const prefix = '{tagsmith}';
const quantities: readonly Quantity[] = ['money', 'tokens', 'requests', 'concurrency'];
const lua = scripts(keptUnresolved);

type Script = keyof typeof lua;

interface Options {
  /** How long a proxy may be silent until the others abandon its open calls. */
  leaseMilliseconds?: number;
}

/**
 * A store on a Valkey or Redis server, for any number of proxies. It lasts as the server's own settings say: run that with
 * `appendonly yes`. Every proxy holds a lease, timed by the server's clock, and renews it; where it lapses, the other
 * proxies abandon its open calls. Without a connection every method fails at once with a `StoreError`; the store comes
 * back by itself, and nothing is booked twice. Throws a `ConfigError` where the server can't be reached, or evicts keys.
 */
export async function openValkeyStore(url: string, { leaseMilliseconds = 15_000 }: Options = {}): Promise<Store> {
  const owner = randomUUID();
  const redis = new Redis(url.replace(/^valkey/, 'redis'), {
    lazyConnect: true,
    connectTimeout: 5_000,
    socketTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(25 * 2 ** times, 1_000),
  });
  for (const [name, text] of Object.entries(lua)) redis.defineCommand(`tagsmith.${name}`, { lua: text, numberOfKeys: 1 });
  const subscriber = redis.duplicate();
  // Each failing method tells its caller; the clients' own events would tell it once more.
  for (const client of [redis, subscriber]) client.on('error', () => {});

  async function run(script: Script, ...values: (string | number)[]): Promise<unknown> {
    try {
      return await (redis as unknown as Record<`tagsmith.${Script}`, (...all: (string | number)[]) => Promise<unknown>>)[`tagsmith.${script}`](prefix, ...values);
    } catch (error) {
      throw new StoreError(error);
    }
  }
  const plain = <T>(command: Promise<T>): Promise<T> => command.catch((error: unknown) => Promise.reject(new StoreError(error)));

  const waiters = new Waiters();
  const closings = new Closings(async (id, closing) => {
    const { money, tokens } = closing.how === 'settle' ? closing.usage : { money: '', tokens: '' };
    await run('close', id, closing.how, money, tokens, closing.how === 'abandon' ? closing.reason : '', closing.how === 'release' && closing.late ? 'late' : '');
  });

  const live = (): Promise<unknown> => run('live', owner, leaseMilliseconds);
  async function sweep(...only: string[]): Promise<void> {
    while (Number(await run('sweep', stoppedReason, ...only)) >= sweepSize);
  }

  await connect(redis, subscriber);
  subscriber.on('message', () => waiters.wake());
  subscriber.on('ready', () => waiters.wake());
  let connectedAt = performance.now();
  redis.on('ready', () => {
    connectedAt = performance.now();
    live().catch(() => {});
  });
  await live();
  const beat = setInterval(() => {
    // A server that comes back finds leases lapsed: it is the others' turn first.
    const others = performance.now() - connectedAt > leaseMilliseconds;
    live().then(() => (others ? sweep() : undefined)).catch(() => {});
  }, leaseMilliseconds / 3).unref();

  return {
    ledger: {
      async setCaps(account, caps) {
        checkWhole(caps);
        await run('setCaps', account, ...Object.entries(caps).filter(([, cap]) => cap !== undefined).flat());
      },
      async reserve({ id, accounts, bound, model }) {
        checkWhole(bound);
        const reply = run('reserve', owner, leaseMilliseconds, id, bound.money, bound.tokens, model, ...new Set(accounts));
        // Whether it arrived is unknown where the connection broke.
        reply.catch(() => closings.later(id, { how: 'release', late: true }));
        const [outcome, account, quantity] = (await reply) as [Reserved['outcome'], string, Quantity];
        return outcome === 'reserved' ? { outcome } : { outcome, account, quantity };
      },
      async settle(id, usage) {
        checkWhole(usage);
        await closings.close(id, { how: 'settle', usage });
      },
      abandon: (id, reason) => closings.close(id, { how: 'abandon', reason }),
      release: (id) => closings.close(id, { how: 'release' }),
      async account(name) {
        const row = await plain(redis.hgetall(`${prefix}:account:${name}`));
        const amount = (group: string): Amount => ({ money: Number(row[`${group}.money`] ?? 0), tokens: Number(row[`${group}.tokens`] ?? 0) });
        const counted = (group: string): Amount & { requests: number } => ({ ...amount(group), requests: Number(row[`${group}.requests`] ?? 0) });
        const caps = quantities.flatMap((quantity) => (row[`cap.${quantity}`] === undefined ? [] : [[quantity, Number(row[`cap.${quantity}`])]]));
        return { caps: Object.fromEntries(caps), spent: counted('spent'), reserved: amount('reserved'), open: Number(row.open ?? 0), unresolved: counted('unresolved') };
      },
      async unresolved(account) {
        const rows = await plain(redis.lrange(`${prefix}:unresolved:${account}`, 0, -1));
        return rows.map((text): UnresolvedCall => {
          const { id, money, tokens, model, reason } = JSON.parse(text) as Record<'id' | 'money' | 'tokens' | 'model' | 'reason', string>;
          return { id, bound: { money: Number(money), tokens: Number(tokens) }, model, reason };
        });
      },
      async forget(account) {
        await run('forget', account);
      },
      changed: (milliseconds) => waiters.wait(milliseconds),
    },
    records: {
      async get(key) {
        const text = await plain(redis.hget(`${prefix}:records`, key));
        return text === null ? undefined : JSON.parse(text);
      },
      async put(key, value) {
        await run('write', key, textOf(value));
      },
      async update(key, change) {
        for (;;) {
          const before = await plain(redis.hget(`${prefix}:records`, key));
          const value = change(before === null ? undefined : JSON.parse(before));
          if ((await run('write', key, textOf(value), before ?? '')) === 1) return value;
        }
      },
      async list(start) {
        const found = (await run('list', start)) as string[];
        return Array.from({ length: found.length / 2 }, (_, i) => [found[2 * i]!, JSON.parse(found[2 * i + 1]!) as unknown]);
      },
    },
    async close() {
      clearInterval(beat);
      await closings.retry();
      closings.stop();
      await redis.del(`${prefix}:lease:${owner}`).then(() => sweep(owner)).catch(() => {});
      for (const client of [redis, subscriber]) client.disconnect();
      waiters.wake();
    },
  };
}

/** A record as it is kept; nothing stands for none. */
const textOf = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));

async function connect(redis: Redis, subscriber: Redis): Promise<void> {
  const { host, port } = redis.options;
  try {
    await Promise.all([redis.connect(), subscriber.connect()]);
    await subscriber.subscribe(`${prefix}:changed`);
    const policy = /^maxmemory_policy:([\w-]+)/m.exec(await redis.info('memory'))?.[1] ?? 'noeviction';
    if (policy !== 'noeviction') throw new ConfigError(`The store at ${host}:${port} may drop books when its memory is full (maxmemory-policy ${policy}). Start it with --maxmemory-policy noeviction.`);
  } catch (error) {
    for (const client of [redis, subscriber]) client.disconnect();
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`The store at ${host}:${port} can't be used: ${(error as Error).message}. Is the server running, and are address and password right?`);
  }
}
