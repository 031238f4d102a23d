import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readSafetensorsLength } from './safetensors-length.ts';
import { encoderFiles, isModelFile, shardIndexFile, type ModelFile } from '../files.ts';

/** Beside a model's files: what they were when they were last read whole, so that a start need not read 90 MB again. (A tagger's own `tagsmith.json` is another file.) */
const recordFile = '.tagsmith-files.json';

interface RecordedFile extends Required<ModelFile> {
  modifiedMs: number;
}

/** A file whose content is known. */
export type KnownFile = Required<ModelFile>;

/** Model files in a folder with their sizes. */
export async function listFolder(folder: string): Promise<ModelFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter(isModelFile).sort();
  return Promise.all(names.map(async (name) => ({ name, size: (await stat(path.join(folder, name))).size })));
}

export type Inspection = { state: 'good'; files: KnownFile[] } | { state: 'absent' } | { state: 'damaged'; problem: string };

/**
 * Looks whether a folder holds a whole encoder. Files that changed since the last look are read again and held against
 * the published hashes (`sha256`), against what they were when they were placed, and against their own headers.
 */
export async function inspectFolder(folder: string, sha256: Readonly<Record<string, string>> = {}, { record = true } = {}): Promise<Inspection> {
  const listed = await listFolder(folder);
  if (listed.length === 0) return { state: 'absent' };
  try {
    encoderFiles(folder, listed);
  } catch (error) {
    return { state: 'damaged', problem: (error as Error).message };
  }
  const before = await readRecord(folder);
  const files: RecordedFile[] = [];
  for (const { name } of listed) {
    const { size, mtimeMs } = await stat(path.join(folder, name));
    const known = before.get(name);
    if (known && known.size === size && known.modifiedMs === mtimeMs) {
      files.push(known);
      continue;
    }
    const file = { name, size, sha256: await hashFile(path.join(folder, name)), modifiedMs: mtimeMs };
    const problem = await damage(folder, file, sha256[name] ?? known?.sha256);
    if (problem) return { state: 'damaged', problem };
    files.push(file);
  }
  let missing;
  try {
    missing = await missingShard(folder, listed);
  } catch (error) {
    return { state: 'damaged', problem: `${shardIndexFile} in ${folder} can't be read (${(error as Error).message})` };
  }
  if (missing) return { state: 'damaged', problem: `${missing} is missing in ${folder}, though ${shardIndexFile} names it` };
  if (record) await writeRecord(folder, files);
  return { state: 'good', files: files.map(({ name, size, sha256: hash }) => ({ name, size, sha256: hash })) };
}

async function damage(folder: string, file: KnownFile, expected: string | undefined): Promise<string | undefined> {
  if (file.name.endsWith('.safetensors')) {
    const length = await readSafetensorsLength(path.join(folder, file.name));
    if (length === undefined) return `${file.name} in ${folder} is no safetensors file`;
    if (length !== file.size) return `${file.name} in ${folder} is ${file.size} bytes long, ${length} expected by its header`;
  }
  if (expected !== undefined && expected !== file.sha256) {
    return `${file.name} in ${folder} is not the published file (SHA-256 ${expected} expected, ${file.sha256} found)`;
  }
  return undefined;
}

async function missingShard(folder: string, listed: readonly ModelFile[]): Promise<string | undefined> {
  if (!listed.some(({ name }) => name === shardIndexFile)) return undefined;
  const index = JSON.parse(await readFile(path.join(folder, shardIndexFile), 'utf8')) as { weight_map?: Record<string, string> } | null;
  return Object.values(index?.weight_map ?? {}).find((shard) => !listed.some(({ name }) => name === shard));
}

/** SHA-256 in hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function readRecord(folder: string): Promise<Map<string, RecordedFile>> {
  try {
    const { files } = JSON.parse(await readFile(path.join(folder, recordFile), 'utf8')) as { files: RecordedFile[] };
    return new Map(files.map((file) => [file.name, file]));
  } catch {
    return new Map(); // no record, or an unreadable one: everything is read again
  }
}

async function writeRecord(folder: string, files: RecordedFile[]): Promise<void> {
  const text = `${JSON.stringify({ files }, null, 2)}\n`;
  const target = path.join(folder, recordFile);
  if ((await readFile(target, 'utf8').catch(() => '')) === text) return;
  const fresh = `${target}.${randomUUID()}`; // two requests may look at once
  // A folder that can't be written to is only read again each time.
  await writeFile(fresh, text).then(() => rename(fresh, target)).catch(() => undefined);
}
