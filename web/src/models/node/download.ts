import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { ModelError } from '../catalogue.ts';
import type { ModelFile } from '../files.ts';
import { hashFile } from './inventory.ts';

export interface Download {
  url: string;
  /** Where the file goes; until it is whole it is `<target>.part`. */
  target: string;
  expected: ModelFile;
  fetch: typeof fetch;
  headers?: Record<string, string>;
  /** Bytes of this file so far. */
  onBytes(done: number): void;
  onNote(message: string): void;
  signal?: AbortSignal | undefined;
  /** How long the server may take to answer, and to send the next bytes. */
  connectMs?: number;
  stallMs?: number;
  /** Waits before the next tries; there are as many. */
  pausesMs?: readonly number[];
}

/**
 * Fetches a file over HTTP. A broken transfer goes on where it stopped, in a later run too when the file's hash is known
 * (nothing else shows that both halves are of one file). What arrives is held against the expected size and hash.
 */
export async function download(job: Download): Promise<void> {
  const { target, expected, pausesMs = [500, 2000, 5000] } = job;
  const part = `${target}.part`;
  if (!expected.sha256) await rm(part, { force: true });
  for (let attempt = 0; ; attempt++) {
    try {
      await transfer(job, part);
      await check(part, expected);
      await rename(part, target);
      return;
    } catch (error) {
      const pause = pausesMs[attempt];
      if (error instanceof ModelError || job.signal?.aborted || pause === undefined) throw error;
      job.onNote(`${expected.name}: ${reason(error)}; going on from ${await sizeOf(part)} bytes`);
      await wait(pause, undefined, { signal: job.signal ?? undefined });
    }
  }
}

async function transfer({ url, expected, fetch, headers = {}, onBytes, signal, connectMs = 5000, stallMs = 30_000 }: Download, part: string): Promise<void> {
  const have = await sizeOf(part);
  if (have > 0 && have === expected.size) return;
  const watch = new AbortController();
  let timer = setTimeout(() => watch.abort(new Error(`no answer within ${connectMs / 1000} s`)), connectMs);
  const stopped = signal ? AbortSignal.any([signal, watch.signal]) : watch.signal;
  try {
    // Without `identity` a byte range could be one of the compressed form.
    const range: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
    const response = await fetch(url, { headers: { ...headers, ...range, 'accept-encoding': 'identity' }, signal: stopped });
    const resumes = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true;
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new Error('the server has no such part');
    }
    if (!response.ok || !response.body || (response.status === 206 && !resumes)) {
      if (response.status >= 500 || response.status === 429) throw new Error(`the server answered ${response.status}`);
      throw new ModelError(`${new URL(url).host} answered ${response.status} when asked for ${expected.name}.`, 'Try again later, or fetch the model by hand and give its folder.');
    }
    let done = resumes ? have : 0;
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        clearTimeout(timer);
        timer = setTimeout(() => watch.abort(new Error(`nothing arrived for ${stallMs / 1000} s`)), stallMs);
        done += chunk.byteLength;
        onBytes(done);
        yield chunk;
      }
    };
    clearTimeout(timer);
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), counted, createWriteStream(part, { flags: resumes ? 'a' : 'w' }), { signal: stopped });
    const announced = Number(response.headers.get('content-length') ?? NaN) + (resumes ? have : 0);
    if (announced > done) throw new Error(`the transfer broke off at ${done} of ${announced} bytes`);
  } finally {
    clearTimeout(timer);
  }
}

async function check(part: string, expected: ModelFile): Promise<void> {
  const size = await sizeOf(part);
  if (expected.size !== undefined && size < expected.size) throw new Error(`the transfer broke off at ${size} of ${expected.size} bytes`);
  const advice = 'The source may have changed it, or something on the way did. Try again; if it stays so, fetch the model by hand and give its folder.';
  const wrong = (what: string): never => {
    throw new ModelError(`${expected.name} is not the file it should be: ${what}.`, advice);
  };
  try {
    if (expected.size !== undefined && size !== expected.size) wrong(`${expected.size} bytes expected, ${size} got`);
    if (expected.sha256 !== undefined) {
      const hash = await hashFile(part);
      if (hash !== expected.sha256) wrong(`SHA-256 ${expected.sha256} expected, ${hash} got`);
    }
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

/** The innermost cause: fetch's own message is "fetch failed". */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
