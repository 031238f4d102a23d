import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiError, ConfigError } from '../../../proxy/error.ts';
import { openSqliteStore } from '../../../proxy/store/sqlite.ts';
import { Diary, killed } from './diary.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-sqlite-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ten = { money: 10, tokens: 1 };

test('a proxy that is killed in its work, five times over, leaves true books with its open calls abandoned', async () => {
  const file = path.join(folder, 'killed.sqlite');
  const diary = new Diary();
  let abandoned = 0;
  for (let round = 0; round < 5; round++) {
    const child = diary.start(file, `round${round}`);
    await diary.settles(60 + 17 * round);
    await killed(child);
    const store = await openSqliteStore(file);
    abandoned = await diary.expectTrue(store);
    expect(await diary.late(store)).toBe(0);
    await store.close();
  }
  expect(abandoned).toBeGreaterThanOrEqual(5);
}, 60_000);

test('a second proxy is refused the file, with what to do, while the first goes on', async () => {
  const file = path.join(folder, 'shared.sqlite');
  const store = await openSqliteStore(file);
  await expect(openSqliteStore(file)).rejects.toThrow(ConfigError);
  const other = spawnSync(process.execPath, [path.resolve('test/proxy/store/worker.ts'), file, 'second'], { encoding: 'utf8' });
  expect(other.stderr).toMatch(/shared\.sqlite is in use by another proxy\. Stop that one, or name another file/);
  expect(other.stdout).toBe('');
  await store.setCaps('seat', {});
  await store.reserve({ id: '1', accounts: ['seat'], bound: ten, model: 'small' });
  await store.close();
  const next = await openSqliteStore(file);
  expect(await next.account('seat')).toMatchObject({ open: 0, spent: { money: 10 }, unresolved: { requests: 1 } });
  await next.close();
});

test('what was booked is there after a new start', async () => {
  const file = path.join(folder, 'new', 'deeper', 'books.sqlite');
  const store = await openSqliteStore(file);
  await store.setCaps('seat', { money: 100 });
  await store.reserve({ id: '1', accounts: ['seat'], bound: ten, model: 'small' });
  await store.settle('1', { money: 7, tokens: 1 });
  await store.transact((view) => view.put('class', { name: 'A' }));
  await store.close();
  const again = await openSqliteStore(file);
  expect(await again.account('seat')).toMatchObject({ caps: { money: 100 }, spent: { money: 7, tokens: 1, requests: 1 }, open: 0 });
  expect(await again.list('class')).toEqual([['class', { name: 'A' }]]);
  await again.close();
});

test('only its owner can read the files', async () => {
  const store = await openSqliteStore(path.join(folder, 'private', 'books.sqlite'));
  await store.transact((view) => view.put('key', 1));
  const files = readdirSync(path.join(folder, 'private'));
  expect(files).toContain('books.sqlite-wal');
  for (const file of files) expect(statSync(path.join(folder, 'private', file)).mode & 0o077).toBe(0);
  await store.close();
});

test('after it was closed every method fails as when the store is out of reach', async () => {
  const store = await openSqliteStore(':memory:');
  await store.close();
  const error = await store.account('seat').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 503, code: 'store_unavailable' });
});

test('a file of a newer or older Tagsmith, of something else, and a place that is none are refused by name', async () => {
  const newer = path.join(folder, 'newer.sqlite');
  new DatabaseSync(newer).exec('PRAGMA user_version = 99');
  await expect(openSqliteStore(newer)).rejects.toThrow(/newer\.sqlite was written by a newer Tagsmith/);
  const older = path.join(folder, 'older.sqlite');
  new DatabaseSync(older).exec('PRAGMA user_version = 1');
  await expect(openSqliteStore(older)).rejects.toThrow(/older\.sqlite was written by an older Tagsmith/);
  const text = path.join(folder, 'notes.txt');
  writeFileSync(text, 'These are notes, and no books at all. '.repeat(100));
  await expect(openSqliteStore(text)).rejects.toThrow(/notes\.txt can't be opened as the proxy's store: file is not a database/);
  await expect(openSqliteStore(path.join(text, 'books.sqlite'))).rejects.toThrow(ConfigError);
});

test('a full disk ends in a 503, leaves true books, and what could not be booked is booked when there is room', async ({ skip, onTestFinished }) => {
  const disk = mkdtempSync(path.join(tmpdir(), 'tagsmith-small-disk-'));
  onTestFinished(() => rmSync(disk, { recursive: true }));
  if (spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0) return skip('only root on Linux can mount a small disk');
  onTestFinished(() => void spawnSync('/bin/umount', [disk]));
  const file = path.join(disk, 'books.sqlite');
  const filler = path.join(disk, 'filler');
  const store = await openSqliteStore(file);
  const reserve = (id: string) => store.reserve({ id, accounts: ['seat'], bound: ten, model: 'small' });
  await store.setCaps('seat', {});
  await reserve('before');
  expect(() => writeFileSync(filler, Buffer.alloc(4_000_000))).toThrow('ENOSPC');
  expect(existsSync(filler)).toBe(true);

  let reserved = 1;
  let failure: unknown;
  while (failure === undefined && reserved < 100_000) await reserve(`call ${reserved}`).then(() => reserved++, (error: unknown) => (failure = error));
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ status: 503, code: 'store_unavailable', cause: { message: expect.stringContaining('full') } });
  expect(await store.account('seat')).toMatchObject({ open: reserved, reserved: { money: 10 * reserved } });
  await expect(store.settle('before', { money: 3, tokens: 1 })).rejects.toThrow(ApiError);
  await expect(store.transact((view) => view.put('key', 1))).rejects.toThrow(ApiError);
  expect(await store.get('key')).toBeUndefined();
  expect(await store.account('seat')).toMatchObject({ open: reserved, spent: { money: 0 } });

  rmSync(filler);
  await expect.poll(async () => (await store.account('seat')).spent.money, { timeout: 5_000 }).toBe(3);
  expect(await reserve('after')).toEqual({ outcome: 'reserved' });
  expect(await store.account('seat')).toMatchObject({ open: reserved });
  await store.close();
  const again = await openSqliteStore(file);
  expect(await again.account('seat')).toMatchObject({ open: 0, spent: { money: 3 + 10 * reserved, requests: 1 + reserved } });
  await again.close();
});
