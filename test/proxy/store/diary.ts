import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Amount } from '../../../proxy/store/amounts.ts';
import type { Books } from '../../../proxy/store/books.ts';

const digits = (id: string): Buffer => createHash('sha256').update(id).digest();

/** Any amounts that only depend on the call's id: the books can be checked without being told. */
export const boundOf = (id: string): Amount => ({ money: 1_000_000 + digits(id).readUInt16LE(0), tokens: 1_000 });
export const usageOf = (id: string): Amount => ({ money: digits(id).readUInt16LE(2), tokens: digits(id).readUInt8(4) });

const without = (ids: ReadonlySet<string>, others: ReadonlySet<string>): string[] => [...ids].filter((id) => !others.has(id));

type Word = 'reserving' | 'reserved' | 'settling' | 'settled';

/** What worker processes said that they were about to do and had done. */
export class Diary {
  readonly #said: Record<Word, Set<string>> = { reserving: new Set(), reserved: new Set(), settling: new Set(), settled: new Set() };

  /** Starts a worker; what it says goes into this diary. */
  start(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./worker.ts', import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const [word, id] = line.split(' ') as [Word, string];
        this.#said[word].add(id);
      }
    });
    return child;
  }

  /** Resolves once so many calls more have been settled. */
  async settles(count: number, name = ''): Promise<void> {
    const done = (): number => [...this.#said.settled].filter((id) => id.startsWith(name)).length;
    const before = done();
    await expect.poll(done, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(before + count);
  }

  /** The account `class` holds every call that was reserved, once: at its usage, or listed at its bound. Returns how many are listed. */
  async expectTrue(books: Books): Promise<number> {
    const account = await books.account('class');
    const listed = await books.unresolved('class');
    const abandoned = new Set(listed.map(({ id }) => id));
    const { reserving, reserved, settling, settled } = this.#said;
    const bounds = listed.map(({ id }) => boundOf(id));
    expect(listed.map(({ bound }) => bound)).toEqual(bounds);
    expect(new Set(listed.map(({ reason }) => reason))).toEqual(new Set(listed.length > 0 ? ['the proxy was stopped during the call'] : []));
    expect(abandoned.size).toBe(listed.length);
    expect(without(abandoned, reserving)).toEqual([]);
    // What was being settled and isn't listed has been booked at its usage; what was only reserved must be listed.
    expect(without(reserved, settling).filter((id) => !abandoned.has(id))).toEqual([]);
    const booked = without(settling, abandoned).map(usageOf);
    const total = (key: keyof Amount): number => [...booked, ...bounds].reduce((sum, amount) => sum + amount[key], 0);
    expect(account).toMatchObject({
      spent: { money: total('money'), tokens: total('tokens'), requests: booked.length + listed.length },
      unresolved: { requests: listed.length },
      reserved: { money: 0, tokens: 0 },
      open: 0,
    });
    expect(settled.size).toBeGreaterThan(50);
    return listed.length;
  }

  /** Calls that were told to be settled, but are listed as abandoned. */
  async late(books: Books): Promise<number> {
    return (await books.unresolved('class')).filter(({ id }) => this.#said.settled.has(id)).length;
  }
}

/** Kills it as the system would, and waits until all that it said has arrived. */
export async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await gone;
}
