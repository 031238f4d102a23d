import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../config-error.ts';
import { checkWhole } from './amount.ts';
import { Closings, keptUnresolved, stoppedReason, type Closing } from './closings.ts';
import { decide } from './decide.ts';
import { StoreError } from './error.ts';
import type { Account, Reserved, Store, UnresolvedCall } from './store.ts';
import { Waiters } from './waiters.ts';

const version = 1;

/** An account's number is never given twice: an open call of a forgotten account finds nothing to book on. */
const schema = `
  CREATE TABLE account (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, caps TEXT NOT NULL DEFAULT '{}',
    money INTEGER NOT NULL DEFAULT 0, tokens INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0,
    reservedMoney INTEGER NOT NULL DEFAULT 0, reservedTokens INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0,
    unresolvedMoney INTEGER NOT NULL DEFAULT 0, unresolvedTokens INTEGER NOT NULL DEFAULT 0, unresolvedRequests INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE call (id TEXT PRIMARY KEY, accounts TEXT NOT NULL, money INTEGER NOT NULL, tokens INTEGER NOT NULL, model TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE unresolved (
    number INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    id TEXT NOT NULL, money INTEGER NOT NULL, tokens INTEGER NOT NULL, model TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX unresolvedOfAccount ON unresolved (account, number);
  CREATE TABLE record (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${version};`;

/** Columns of `account`, and those of `unresolved` or `call` that hold an amount. */
type AccountRow = Record<'number' | 'money' | 'tokens' | 'requests' | 'reservedMoney' | 'reservedTokens' | 'open' | 'unresolvedMoney' | 'unresolvedTokens' | 'unresolvedRequests', number> & { name: string; caps: string };
type CallRow = Record<'id' | 'accounts' | 'model' | 'reason', string> & { money: number; tokens: number };

/**
 * A store in one file, for one proxy; `:memory:` keeps nothing. What has been booked outlives a killed process, but the
 * last moments may be lost in a power cut: the file stays whole, and falls back to a slightly earlier state.
 * Throws a `ConfigError` where the file can't be opened, is in use, or is of a newer Tagsmith.
 */
export function openSqliteStore(file: string): Store {
  let database: DatabaseSync;
  try {
    database = openDatabase(file);
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(explain(file, error as Error));
  }
  const waiters = new Waiters();

  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');

  /** Runs `work` wholly or not at all. */
  function transaction<T>(work: () => T): T {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      if (database.isTransaction) rollback.run();
      throw error;
    }
  }

  const gathered: { work: () => unknown; resolve: (result: never) => void; reject: (error: unknown) => void }[] = [];

  function commitGathered(): void {
    const all = gathered.splice(0);
    try {
      const results = transaction(() => all.map(({ work }) => work()));
      for (const [index, { resolve }] of all.entries()) resolve(results[index] as never);
    } catch {
      // What fails shall fail alone.
      for (const { work, resolve, reject } of all) inStore(() => transaction(work) as never).then(resolve, reject);
    }
  }

  /** Runs `work` in one transaction with all that comes in the same moment: a commit costs more than a booking. */
  function together<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (gathered.push({ work, resolve, reject }) === 1) setImmediate(commitGathered);
    });
  }

  const setCaps = database.prepare('INSERT INTO account (name, caps) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET caps = excluded.caps');
  const addAccount = database.prepare('INSERT INTO account (name) VALUES (?)');
  const namedAccount = database.prepare('SELECT * FROM account WHERE name = ?');
  const deleteAccount = database.prepare('DELETE FROM account WHERE name = ?');
  const hold = database.prepare('UPDATE account SET reservedMoney = reservedMoney + ?, reservedTokens = reservedTokens + ?, open = open + 1 WHERE number = ?');
  const letGo = database.prepare('UPDATE account SET reservedMoney = reservedMoney - ?, reservedTokens = reservedTokens - ?, open = open - 1, money = money + ?, tokens = tokens + ?, requests = requests + ? WHERE number = ?');
  const miss = database.prepare('UPDATE account SET unresolvedMoney = unresolvedMoney + ?, unresolvedTokens = unresolvedTokens + ?, unresolvedRequests = unresolvedRequests + 1 WHERE number = ?');
  const addCall = database.prepare('INSERT INTO call (id, accounts, money, tokens, model) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING');
  const oneCall = database.prepare('SELECT 1 FROM call WHERE id = ?');
  const openCalls = database.prepare('SELECT id FROM call');
  const takeCall = database.prepare('DELETE FROM call WHERE id = ? RETURNING accounts, money, tokens, model');
  const addUnresolved = database.prepare('INSERT INTO unresolved (account, id, money, tokens, model, reason) SELECT number, ?, ?, ?, ?, ? FROM account WHERE number = ?');
  const dropUnresolved = database.prepare(
    `DELETE FROM unresolved WHERE account = ?1 AND number <= (SELECT number FROM unresolved WHERE account = ?1 ORDER BY number DESC LIMIT 1 OFFSET ${keptUnresolved})`,
  );
  const listUnresolved = database.prepare('SELECT unresolved.* FROM unresolved JOIN account ON account.number = unresolved.account WHERE name = ? ORDER BY unresolved.number DESC');
  const getRecord = database.prepare('SELECT value FROM record WHERE key = ?');
  const putRecord = database.prepare('INSERT INTO record (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const deleteRecord = database.prepare('DELETE FROM record WHERE key = ?');
  const listRecords = database.prepare('SELECT key, value FROM record WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key');

  function book(id: string, closing: Closing): void {
    const call = takeCall.get(id) as CallRow | undefined;
    if (!call) return;
    const { money, tokens } = closing.how === 'settle' ? closing.usage : closing.how === 'abandon' ? call : { money: 0, tokens: 0 };
    for (const account of JSON.parse(call.accounts) as number[]) {
      letGo.run(call.money, call.tokens, money, tokens, closing.how === 'release' ? 0 : 1, account);
      if (closing.how !== 'abandon') continue;
      miss.run(money, tokens, account);
      addUnresolved.run(id, money, tokens, call.model, closing.reason, account);
      dropUnresolved.run(account);
    }
  }

  const closings = new Closings(async (id, closing) => {
    await together(() => book(id, closing));
    waiters.wake();
  });

  function accountOf(row: AccountRow): Account {
    return {
      caps: JSON.parse(row.caps),
      spent: { money: row.money, tokens: row.tokens, requests: row.requests },
      reserved: { money: row.reservedMoney, tokens: row.reservedTokens },
      open: row.open,
      unresolved: { money: row.unresolvedMoney, tokens: row.unresolvedTokens, requests: row.unresolvedRequests },
    };
  }

  const none = { money: 0, tokens: 0, requests: 0 };
  const unused: Account = { caps: {}, spent: none, reserved: { money: 0, tokens: 0 }, open: 0, unresolved: none };

  const read = (key: string): unknown => {
    const row = getRecord.get(key) as { value: string } | undefined;
    return row && JSON.parse(row.value);
  };
  const write = (key: string, value: unknown): unknown => (value === undefined ? deleteRecord.run(key) : putRecord.run(key, JSON.stringify(value)));

  transaction(() => {
    for (const { id } of openCalls.all()) book(id as string, { how: 'abandon', reason: stoppedReason });
  });
  return {
    ledger: {
      async setCaps(account, caps) {
        checkWhole(caps);
        await inStore(() => setCaps.run(account, JSON.stringify(caps)));
        waiters.wake();
      },
      async reserve({ id, accounts, bound, model }) {
        checkWhole(bound);
        return together((): Reserved => {
          const rows = [...new Set(accounts)].map((name) => ({ name, row: namedAccount.get(name) as AccountRow | undefined }));
          const reserved = decide(rows.map(({ name, row }) => ({ name, account: row ? accountOf(row) : unused })), bound);
          if (reserved.outcome !== 'reserved') return oneCall.get(id) ? { outcome: 'reserved' } : reserved;
          const numbers = rows.map(({ name, row }) => row?.number ?? addAccount.run(name).lastInsertRowid);
          const isNew = addCall.run(id, JSON.stringify(numbers.map(Number)), bound.money, bound.tokens, model).changes > 0;
          if (isNew) for (const number of numbers) hold.run(bound.money, bound.tokens, number);
          return reserved;
        });
      },
      async settle(id, usage) {
        checkWhole(usage);
        await closings.close(id, { how: 'settle', usage });
      },
      abandon: (id, reason) => closings.close(id, { how: 'abandon', reason }),
      release: (id) => closings.close(id, { how: 'release' }),
      async account(name) {
        const row = await inStore(() => namedAccount.get(name));
        return row ? accountOf(row as AccountRow) : unused;
      },
      async unresolved(account) {
        const rows = (await inStore(() => listUnresolved.all(account))) as CallRow[];
        return rows.map(({ id, money, tokens, model, reason }): UnresolvedCall => ({ id, bound: { money, tokens }, model, reason }));
      },
      async forget(account) {
        await inStore(() => deleteAccount.run(account));
        waiters.wake();
      },
      changed: (milliseconds) => waiters.wait(milliseconds),
    },
    records: {
      get: (key) => inStore(() => read(key)),
      async put(key, value) {
        await inStore(() => write(key, value));
      },
      update: (key, change) =>
        inStore(() =>
          transaction(() => {
            const value = change(read(key));
            write(key, value);
            return value;
          }),
        ),
      list: (prefix) => inStore(() => listRecords.all(prefix).map(({ key, value }) => [key as string, JSON.parse(value as string) as unknown])),
    },
    async close() {
      await closings.retry();
      if (gathered.length > 0) commitGathered();
      closings.stop();
      if (database.isOpen) database.close();
      waiters.wake();
    },
  };
}

function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') {
    mkdirSync(path.dirname(file), { recursive: true });
    // Readable to its owner only, as are the files that SQLite puts beside it.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  }
  const database = new DatabaseSync(file, { timeout: 1_000 });
  try {
    // Exclusive: the system holds the lock as long as the process lives, however it ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000');
    const found = database.prepare('PRAGMA user_version').get()!.user_version as number;
    if (found > version) throw new ConfigError(`${file} was written by a newer Tagsmith. Update this one, or name another file.`);
    database.exec(`BEGIN IMMEDIATE; ${found === 0 ? schema : ''} COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function explain(file: string, error: Error & { errcode?: number }): string {
  const busy = 5;
  if (error.errcode === busy) return `${file} is in use by another proxy. Stop that one, or name another file; several proxies share a store at a redis:// address.`;
  return `${file} can't be opened as the proxy's store: ${error.message}. Name a file in a folder where this user may write.`;
}

/** SQLite's errors (disk full, closed) become a `StoreError`, others stay as they are. */
async function inStore<T>(work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE' ? new StoreError(error) : error;
  }
}
