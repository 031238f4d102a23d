import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import process from 'node:process';
import type { ReplyStore, StoredReply } from '../src/llm/replies.ts';
import { FailedRun } from './verb.ts';

/** Replies in a file of JSON lines, one a reply: the next run of the same command takes them from there. */
export interface ReplyFile extends ReplyStore {
  /** Replies that were there when it was opened. */
  readonly before: number;
  close(): Promise<void>;
}

type Place = [offset: number, length: number];

/**
 * Opens a file of replies, or begins one. A last line that a crash has cut off is taken away. No other program may have it
 * open, for both would ask and pay the same.
 * @throws FailedRun
 */
export async function openReplyFile(name: string): Promise<ReplyFile> {
  const release = lock(name);
  try {
    const file = await open(name, 'a+');
    const { places, end } = await scan(file, name);
    return new OpenReplyFile(file, name, places, end, release);
  } catch (error) {
    release();
    throw error instanceof FailedRun ? error : new FailedRun(`The replies can't be kept in ${name}: ${(error as Error).message}`);
  }
}

class OpenReplyFile implements ReplyFile {
  readonly before: number;
  readonly #file: FileHandle;
  readonly #name: string;
  readonly #places: Map<string, Place>;
  readonly #release: () => void;
  #end: number;
  /** Lines that wait until those before them are written. */
  #waiting: { key: string; line: Buffer }[] = [];
  #writing: Promise<void> | null = null;

  constructor(file: FileHandle, name: string, places: Map<string, Place>, end: number, release: () => void) {
    [this.#file, this.#name, this.#places, this.#end, this.#release, this.before] = [file, name, places, end, release, places.size];
  }

  async read(keys: readonly string[]): Promise<Map<string, StoredReply>> {
    const known = keys.filter((key) => this.#places.has(key));
    return new Map(await Promise.all(known.map(async (key) => [key, await this.#readAt(this.#places.get(key)!)] as const)));
  }

  async write(reply: StoredReply): Promise<void> {
    this.#waiting.push({ key: reply.key, line: Buffer.from(`${JSON.stringify(reply)}\n`) });
    while (this.#writing) await this.#writing;
    if (this.#waiting.length === 0) return;
    this.#writing = this.#append(this.#waiting.splice(0)).finally(() => (this.#writing = null));
    await this.#writing;
  }

  /** Looks at the newest. */
  async sample(model: string, task: string, most: number): Promise<StoredReply[]> {
    const newest = [...(await this.read([...this.#places.keys()].slice(-2 * most))).values()].filter(({ request }) => request.model === model);
    const ofTask = newest.filter(({ request }) => request.task === task);
    return (ofTask.length > 0 ? ofTask : newest).slice(-most);
  }

  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
    await this.#file.datasync();
    await this.#file.close();
    this.#release();
  }

  async #append(lines: readonly { key: string; line: Buffer }[]): Promise<void> {
    try {
      await this.#file.appendFile(Buffer.concat(lines.map(({ line }) => line)));
    } catch (error) {
      throw new FailedRun(`The replies can't be kept in ${this.#name}: ${(error as Error).message}. Nothing more was asked; make room, then run the same command again.`);
    }
    for (const { key, line } of lines) {
      this.#places.set(key, [this.#end, line.length]);
      this.#end += line.length;
    }
  }

  async #readAt([offset, length]: Place): Promise<StoredReply> {
    const { buffer } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, offset);
    try {
      return JSON.parse(buffer.toString()) as StoredReply;
    } catch {
      throw new FailedRun(`${this.#name} is damaged at byte ${offset}: this is no JSON. Take that line out, or move the file away to ask for everything again.`);
    }
  }
}

/** As `write` begins each line. */
const beginning = /^\{"key":"([0-9a-f]{64})"/;

async function scan(file: FileHandle, name: string): Promise<{ places: Map<string, Place>; end: number }> {
  const places = new Map<string, Place>();
  let [end, number] = [0, 0];
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
      number += 1;
      const key = beginning.exec(bytes.toString('latin1', from, Math.min(to, from + 80)))?.[1];
      if (!key) throw new FailedRun(`${name}, line ${number}: this is no reply. The file belongs to "tagsmith annotate"; give --out another name, or move the file away.`);
      places.set(key, [end, to + 1 - from]);
      end += to + 1 - from;
      from = to + 1;
    }
    rest = bytes.subarray(from);
  }
  if (rest.length > 0) await file.truncate(end);
  return { places, end };
}

/** A file beside it says which program has it open. */
function lock(name: string): () => void {
  const file = `${name}.lock`;
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (owner > 0 && owner !== process.pid && isRunning(owner)) throw new FailedRun(`Another program (process ${owner}) is writing ${name}. Wait until it has ended; if there is none, delete ${file}.`);
  try {
    writeFileSync(file, String(process.pid));
  } catch (error) {
    throw new FailedRun(`The replies can't be kept in ${name}: ${(error as Error).message}`);
  }
  const release = (): void => rmSync(file, { force: true });
  process.once('exit', release);
  return () => {
    process.off('exit', release);
    release();
  };
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
