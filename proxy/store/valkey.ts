import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'iovalkey';
import { ConfigError } from '../error.ts';
import { openBooks, type Books } from './books.ts';
import { StoreError, type Shelf, type Texts, type View } from './transactions.ts';

/** Of all keys; with its braces a cluster keeps them together. */
const prefix = '{tagsmith}:';
/** Beside the texts: the sorted keys, whose turn it is, and the channel that wakes who waits. */
const [keysKey, turnKey, channel] = ['keys', 'turn', 'changed'].map((name) => `${prefix}#${name}`) as [string, string, string];
/** There while a proxy lives: the number of its last write. */
const leaseKey = (owner: string): string => `lease/${owner}`;
const ownerKey = (owner: string): string => `owner/${owner}`;

/**
 * Writes wholly or not at all, and renews the proxy's lease. What was seen must still be so, and it must not be another
 * proxy's turn. A write that was given up and arrives after a later one of its proxy is refused: they are numbered.
 */
const write = `
  local prefix, owner, milliseconds, number, wakes, seen = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
  local keys, turn, channel, lease = prefix .. '#keys', prefix .. '#turn', prefix .. '#changed', prefix .. 'lease/' .. owner
  if number <= tonumber(redis.call('GET', lease) or 0) then return redis.error_reply('LATE a later write was quicker') end
  local whose = redis.call('GET', turn)
  if whose and whose ~= owner then return 0 end
  for at = 6, 4 + 2 * seen, 2 do
    if (redis.call('GET', prefix .. ARGV[at]) or '') ~= ARGV[at + 1] then return 0 end
  end
  local function put(key, text)
    redis.call('SET', prefix .. key, text)
    redis.call('ZADD', keys, 0, key)
  end
  for at = 6 + 2 * seen, #ARGV, 2 do
    if ARGV[at + 1] ~= '' then put(ARGV[at], ARGV[at + 1])
    else
      redis.call('DEL', prefix .. ARGV[at])
      redis.call('ZREM', keys, ARGV[at])
    end
  end
  put('owner/' .. owner, 'true')
  redis.call('SET', lease, ARGV[3], 'PX', milliseconds)
  if whose then redis.call('DEL', turn) end
  if wakes == '1' then redis.call('PUBLISH', channel, '') end
  return 1
`;

/** After so many writes that others forestalled, a proxy asks for a turn of its own, for so long. */
const patience = { writes: 5, turnMilliseconds: 500 };

/**
 * A store on a Valkey or Redis server, for any number of proxies. It lasts as the server's own settings say: run that with
 * `appendonly yes` and `appendfsync always`; with the usual `everysec` it holds back writes while a slow disk catches up,
 * and a killed server forgets them. Every proxy holds a lease, timed by the server's clock, and renews it; where it lapses, after
 * `leaseMilliseconds` of silence, the others abandon its open calls. Without a connection every method fails at once with
 * a `StoreError`; the store comes back by itself, and nothing is booked twice. Throws a `ConfigError` where the server
 * can't be reached, or evicts keys.
 */
export async function openValkeyStore(url: string, { leaseMilliseconds = 15_000 } = {}): Promise<Books> {
  const redis = new Redis(url.replace(/^valkey/, 'redis'), {
    lazyConnect: true,
    connectTimeout: 5_000,
    socketTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(25 * 2 ** times, 1_000),
  });
  const subscriber = redis.duplicate();
  // Each failing method tells its caller; the clients' own events would tell it once more.
  for (const client of [redis, subscriber]) client.on('error', () => {});
  await connect(redis, subscriber);

  const owner = randomUUID();
  const books = openBooks(shelfOf(redis, subscriber, owner, leaseMilliseconds), owner);

  const live = (): Promise<void> => books.transact(() => {});
  async function sweep(): Promise<void> {
    for (const [key] of await books.list(ownerKey(''))) {
      const other = key.slice(ownerKey('').length);
      const isGone = (view: View): boolean => view.get(leaseKey(other)) === undefined;
      if ((await books.get(leaseKey(other))) !== undefined) continue;
      await books.abandonCallsOf(other, isGone);
      await books.transact((view) => void (isGone(view) && view.put(key, undefined)));
    }
  }
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

  redis.once('end', () => clearInterval(beat));
  return books;
}

function shelfOf(redis: Redis, subscriber: Redis, owner: string, leaseMilliseconds: number): Shelf {
  redis.defineCommand('tagsmithWrite', { lua: write, numberOfKeys: 1 });
  const { tagsmithWrite } = redis as unknown as { tagsmithWrite: (...values: (string | number)[]) => Promise<number> };
  const inStore = <T>(command: Promise<T>): Promise<T> => command.catch((error: unknown) => Promise.reject(new StoreError(error)));
  const read = (keys: readonly string[]): Promise<(string | null)[]> => inStore(redis.mget(keys.map((key) => prefix + key)));
  const flat = (texts: Texts): string[] => [...texts].flatMap(([key, text]) => [key, text ?? '']);
  let number = Date.now();
  let forestalled = 0;
  return {
    read,
    async list(start) {
      const after = Buffer.concat([Buffer.from(`[${start}`), Buffer.from([0xff])]);
      const keys = await inStore(redis.zrangebylex(keysKey, `[${start}`, after));
      const texts = keys.length > 0 ? await read(keys) : [];
      return keys.flatMap((key, index) => (texts[index] ? [[key, texts[index]]] : []));
    },
    async write(seen, changed, wakes) {
      const lists = [seen.size, ...flat(seen), ...flat(changed)];
      const isWritten = (await inStore(tagsmithWrite.call(redis, prefix, owner, leaseMilliseconds, ++number, wakes ? '1' : '', ...lists))) === 1;
      forestalled = isWritten ? 0 : forestalled + 1;
      if (forestalled >= patience.writes) await inStore(redis.set(turnKey, owner, 'PX', patience.turnMilliseconds, 'NX'));
      if (!isWritten) await sleep(Math.random() * forestalled);
      return isWritten;
    },
    onWake: (wake) => void subscriber.on('message', wake).on('ready', wake),
    async close() {
      await redis.del(prefix + leaseKey(owner)).catch(() => {});
      for (const client of [redis, subscriber]) client.disconnect();
    },
  };
}

async function connect(redis: Redis, subscriber: Redis): Promise<void> {
  const { host, port } = redis.options;
  try {
    await Promise.all([redis.connect(), subscriber.connect()]);
    await subscriber.subscribe(channel);
    const policy = /^maxmemory_policy:([\w-]+)/m.exec(await redis.info('memory'))?.[1] ?? 'noeviction';
    if (policy !== 'noeviction') {
      const help = `(maxmemory-policy ${policy}). Start it with --maxmemory-policy noeviction.`;
      throw new ConfigError(`The store at ${host}:${port} may drop books when its memory is full ${help}`);
    }
  } catch (error) {
    for (const client of [redis, subscriber]) client.disconnect();
    if (error instanceof ConfigError) throw error;
    const help = 'Is the server running, and are address and password right?';
    throw new ConfigError(`The store at ${host}:${port} can't be used: ${(error as Error).message}. ${help}`);
  }
}
