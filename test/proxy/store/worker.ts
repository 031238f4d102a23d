import { openSqliteStore } from '../../../proxy/store/sqlite.ts';
import { openValkeyStore } from '../../../proxy/store/valkey.ts';
import { boundOf, usageOf } from './diary.ts';

/**
 * A proxy that does nothing but book: clients reserve and settle on the account `class` as fast as they can, and every
 * step is written to standard output before and after it is made, so that whoever kills this process knows what was done.
 */
const [setting, name, leaseMilliseconds] = process.argv.slice(2) as [string, string, string | undefined];
const store = setting.startsWith('redis:') ? await openValkeyStore(setting, { leaseMilliseconds: Number(leaseMilliseconds) }) : await openSqliteStore(setting);
// What is said must have left this process before it goes on, also where the reader is slow: it may be killed at any moment.
(process.stdout as unknown as { _handle: { setBlocking(blocking: boolean): void } })._handle.setBlocking(true);
const say = (...words: string[]): boolean => process.stdout.write(`${words.join(' ')}\n`);

async function reserve(id: string): Promise<void> {
  say('reserving', id);
  for (;;) {
    const { outcome } = await store.reserve({ id, accounts: [`seat-${name}`, 'class'], bound: boundOf(id), model: 'small' });
    if (outcome === 'reserved') break;
    await store.changed(20);
  }
  say('reserved', id);
}

async function settle(id: string): Promise<void> {
  say('settling', id);
  await store.settle(id, usageOf(id));
  say('settled', id);
}

async function client(number: number): Promise<void> {
  for (let i = 0; ; i++) {
    const id = `${name}-${number}-${i}`;
    await reserve(id);
    await new Promise((resolve) => setTimeout(resolve, 1));
    await settle(id);
  }
}

await store.setCaps(`seat-${name}`, {});
await store.setCaps('class', { concurrency: 15 });
// One call is open whenever this process is killed, or until it is told to settle that.
await reserve(`${name}-held`);
process.once('SIGUSR2', () => void settle(`${name}-held`));
await Promise.all(Array.from({ length: 10 }, (_, number) => client(number)));
