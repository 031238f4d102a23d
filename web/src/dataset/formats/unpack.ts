import { chunksOf } from './bytes.ts';
import type { ByteSource } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { ZipError } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';

/** Packed bytes taken at once: deflate makes at most 1,032 of one, so that no step gives more than some 17 MB. */
const STEP = 1 << 14;

/** The content of an archive's entry, in parts. Throws a `ZipError` where it is not what the directory says: no more than the claimed size is ever given. */
export async function* unpackEntry(archive: Uint8Array, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const packed = archive.subarray(entry.start, entry.start + entry.packedSize);
  let [crc, done] = [0, 0];
  for await (const part of entry.method === 8 ? inflate(packed, entry.name) : [packed]) {
    done += part.length;
    if (done > entry.size) throw new ZipError(`is damaged: ${entry.name} unpacks to more than the ${entry.size} bytes it says`);
    crc = crc32(part, crc);
    yield part;
  }
  if (done !== entry.size || crc !== entry.crc) throw new ZipError(`is damaged: ${entry.name} is not what was packed (its checksum or length differs)`);
}

async function* inflate(packed: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
  const { Inflate } = await import('fflate');
  let parts: Uint8Array[] = [];
  const stream = new Inflate((part) => parts.push(part));
  for (let at = 0; at === 0 || at < packed.length; at += STEP) {
    try {
      stream.push(packed.subarray(at, at + STEP), at + STEP >= packed.length);
    } catch (error) {
      throw new ZipError(`is damaged: ${name} can't be unpacked (${(error as Error).message})`);
    }
    yield* parts;
    parts = [];
  }
}

/**
 * The content of a gzip file (RFC 1952), in parts; of several members put together, all. The checksum of the last is compared.
 * Throws a `ZipError` for a damaged one, and for one that unpacks to more than `most` bytes, or to more than `ratio` times its own.
 */
export async function* gunzip(source: ByteSource, most: number, ratio: number): AsyncGenerator<Uint8Array> {
  const { Gunzip } = await import('fflate');
  let parts: Uint8Array[] = [];
  let [taken, done, crc] = [0, 0, 0];
  let tail = new Uint8Array(0);
  const stream = new Gunzip((part) => {
    parts.push(part);
    crc = crc32(part, crc);
  });
  stream.onmember = () => (crc = 0);
  const push = (bytes: Uint8Array, last: boolean): Uint8Array[] => {
    try {
      stream.push(bytes, last);
    } catch (error) {
      throw new ZipError(`is damaged and can't be unpacked (${(error as Error).message})`);
    }
    const made = parts;
    parts = [];
    for (const { length } of made) done += length;
    if (done > most || (done > 1 << 20 && done > ratio * taken)) throw new ZipError('unpacks to far more than a file of texts is. Unpack it yourself if you trust it');
    return made;
  };
  for await (const chunk of chunksOf(source, STEP)) {
    taken += chunk.length;
    tail = Uint8Array.of(...tail, ...chunk.subarray(-8)).slice(-8);
    yield* push(chunk, false);
  }
  yield* push(new Uint8Array(0), true);
  if (tail.length < 8 || new DataView(tail.buffer).getUint32(0, true) !== crc) throw new ZipError('is damaged: its checksum differs. Was the download complete?');
}
