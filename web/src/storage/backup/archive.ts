import { Inflate } from 'fflate';
import { crc32 } from '../../dataset/formats/crc32.ts';
import { BackupError, limits } from './layout.ts';

/** A file of the archive: where its bytes lie, and what they are said to be. */
export interface Entry {
  name: string;
  size: number;
  crc: number;
  deflated: boolean;
  /** Its bytes as they lie in the archive. */
  packed: Blob;
}

const damaged = (what: string): BackupError => new BackupError(`This is no whole Tagsmith backup: ${what}. Nothing was changed. Was the file copied or downloaded to its end?`);

const [local, central, end] = [0x04034b50, 0x02014b50, 0x06054b50];
/** Bytes of the end record with the longest comment. */
const tailBytes = 22 + 0xffff;
/** Packed bytes unpacked at once: at most some 17 MB come of them. */
const step = 1 << 14;

const viewOf = async (blob: Blob): Promise<DataView> => new DataView(await blob.arrayBuffer());

/**
 * The files of a ZIP archive by name, without reading them (APPNOTE.TXT of PKWARE, 4.3.12 and 4.3.16). Unlike an archive
 * of texts to import, one with taggers is too large to be held in memory.
 * @throws BackupError where it is no archive or a damaged one.
 */
export async function readArchive(archive: Blob): Promise<Map<string, Entry>> {
  const tail = await viewOf(archive.slice(Math.max(0, archive.size - tailBytes)));
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== end) at -= 1;
  if (at < 0) throw damaged('its list of files is missing');
  const [count, length, offset] = [tail.getUint16(at + 10, true), tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (count > limits.entries || offset + length > archive.size) throw damaged('its list of files is damaged');
  const directory = await viewOf(archive.slice(offset, offset + length));
  const entries = new Map<string, Entry>();
  for (let next = 0, i = 0; i < count; i++) {
    if (next + 46 > directory.byteLength || directory.getUint32(next, true) !== central) throw damaged('its list of files is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => directory.getUint16(next + field, true)) as [number, number, number];
    if (next + 46 + nameLength > directory.byteLength) throw damaged('its list of files is damaged');
    const entry = await readEntry(archive, directory, next, nameLength);
    if (entries.has(entry.name)) throw damaged(`it holds ${entry.name} twice`);
    entries.set(entry.name, entry);
    next += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

async function readEntry(archive: Blob, directory: DataView, at: number, nameLength: number): Promise<Entry> {
  const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameLength));
  const [method, crc, packedSize, size, offset] = [directory.getUint16(at + 10, true), directory.getUint32(at + 16, true), directory.getUint32(at + 20, true), directory.getUint32(at + 24, true), directory.getUint32(at + 42, true)];
  const header = await viewOf(archive.slice(offset, offset + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== local) throw damaged(`${name} is not where it should be`);
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + packedSize > archive.size) throw damaged(`${name} is cut off`);
  if ((method !== 0 && method !== 8) || (method === 0 && size !== packedSize) || size > limits.listBytes) throw damaged(`${name} is packed in a way that Tagsmith does not use`);
  return { name, size, crc, deflated: method === 8, packed: archive.slice(start, start + packedSize) };
}

/**
 * What a file of the archive holds, in parts.
 * @throws BackupError at its end at the latest, where that is not what was packed.
 */
async function* contentOf({ name, size, crc, deflated, packed }: Entry): AsyncGenerator<Uint8Array> {
  let [done, sum] = [0, 0];
  for await (const part of deflated ? inflate(packed, name) : chunksOf(packed)) {
    done += part.length;
    if (done > size) throw damaged(`${name} is longer than it says`);
    sum = crc32(part, sum);
    yield part;
  }
  if (done !== size || sum !== crc) throw damaged(`${name} is not what was saved`);
}

async function* inflate(packed: Blob, name: string): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  const stream = new Inflate((part) => parts.push(part));
  const push = (bytes: Uint8Array, last: boolean): Uint8Array[] => {
    try {
      stream.push(bytes, last);
    } catch {
      throw damaged(`${name} cannot be unpacked`);
    }
    const made = parts;
    parts = [];
    return made;
  };
  for await (const chunk of chunksOf(packed)) for (let at = 0; at < chunk.length; at += step) yield* push(chunk.subarray(at, at + step), false);
  yield* push(new Uint8Array(0), true);
}

async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

/** Reads a file of the archive to its end, to see that it is whole. */
export async function checkEntry(entry: Entry): Promise<void> {
  for await (const _ of contentOf(entry));
}

/** The lines of a list. Throws like `contentOf`. */
export async function* linesOf(entry: Entry): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (parts: Uint8Array[]): string => {
    try {
      return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
    } catch {
      throw damaged(`${entry.name} is not text`);
    }
  };
  let begun: Uint8Array[] = [];
  let length = 0;
  for await (const part of contentOf(entry)) {
    let from = 0;
    for (let to = part.indexOf(10); to >= 0; to = part.indexOf(10, from)) {
      yield decode([...begun, part.subarray(from, to)]);
      [begun, length, from] = [[], 0, to + 1];
    }
    begun.push(part.subarray(from));
    length += part.length - from;
    if (length > limits.lineBytes) throw damaged(`a line of ${entry.name} is too long`);
  }
  if (length > 0) throw damaged(`the last line of ${entry.name} is cut off`);
}
