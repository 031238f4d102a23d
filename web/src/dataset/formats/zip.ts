import { concatenate } from './bytes.ts';
import { crc32 } from './crc32.ts';

/** A file on its way into an archive. */
export interface ZipFile {
  /** Path in the archive, with slashes. */
  name: string;
  /** Text is written as UTF-8. */
  parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  /** Put in as it is: for weights, which deflate hardly makes smaller. One part is then not even copied. */
  stored?: boolean;
}

/** 1 January 1980, the first day that ZIP knows: the same files give the same bytes on every day. */
const DATE = (1 << 5) | 1;
/** Version of the format that is needed to read: 2.0 has deflate, 4.5 counts beyond 65,535 entries. */
const VERSION = 45;
const UTF_8_NAMES = 0x0800;
/** Bytes of a file below which deflate gains next to nothing; data sets of brat have many such. */
const WORTH_PACKING = 128;
const [STORED, DEFLATED] = [0, 8];
const MAX_32 = 0xffff_ffff;

/**
 * An archive with these files in this order, in parts (APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16). Each file is held
 * in memory while it is written, and the list of all to the end. More than 65,535 files are counted in ZIP64, which fflate does not write.
 */
export async function* zip(files: Iterable<ZipFile> | AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  const { deflateSync } = await import('fflate');
  const directory: Uint8Array[] = [];
  let offset = 0;
  for await (const { name, parts, stored = false } of files) {
    const content = await contentOf(parts);
    const packed = stored || content.length < WORTH_PACKING ? content : deflateSync(content, { level: 6 });
    const method = packed.length < content.length ? DEFLATED : STORED;
    const data = method === DEFLATED ? packed : content;
    if (content.length > MAX_32 || offset + data.length > MAX_32) throw new Error(`The archive would be larger than 4 GB at ${name}. Export it in parts.`);
    const header = headerOf(name, method, crc32(content), data.length, content.length);
    const local = concatenate([record(0x04034b50, VERSION), header]);
    // version made by, then needed; after the sizes: lengths of extra field and comment, disk, attributes.
    directory.push(concatenate([record(0x02014b50, VERSION, VERSION), header.subarray(0, 24), new Uint8Array(10), uint32(offset), header.subarray(24)]));
    yield local;
    yield data;
    offset += local.length + data.length;
  }
  yield* directory;
  yield endOf(directory, offset);
}

async function contentOf(parts: ZipFile['parts']): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const encoded: Uint8Array[] = [];
  for await (const part of parts) encoded.push(typeof part === 'string' ? encoder.encode(part) : part);
  return concatenate(encoded);
}

/** What the two headers of a file share: flags to extra field length, 24 bytes, then the name. */
function headerOf(name: string, method: number, crc: number, packed: number, size: number): Uint8Array {
  const encoded = new TextEncoder().encode(name);
  const fields = new DataView(new ArrayBuffer(24));
  fields.setUint16(0, UTF_8_NAMES, true);
  fields.setUint16(2, method, true);
  fields.setUint16(6, DATE, true);
  fields.setUint32(8, crc, true);
  fields.setUint32(12, packed, true);
  fields.setUint32(16, size, true);
  fields.setUint16(20, encoded.length, true);
  return concatenate([new Uint8Array(fields.buffer), encoded]);
}

/** End of the central directory; before it its ZIP64 form where 16 bits do not count the entries. */
function endOf(directory: readonly Uint8Array[], offset: number): Uint8Array {
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  if (offset + size > MAX_32) throw new Error('The archive would be larger than 4 GB. Export it in parts.');
  const count = directory.length;
  const short = Math.min(count, 0xffff);
  const end = concatenate([uint32(0x06054b50), new Uint8Array(4), uint16(short), uint16(short), uint32(size), uint32(offset), uint16(0)]);
  if (count < 0xffff) return end;
  const long = concatenate([
    concatenate([uint32(0x06064b50), uint64(44), uint16(VERSION), uint16(VERSION), new Uint8Array(8)]),
    concatenate([uint64(count), uint64(count), uint64(size), uint64(offset)]),
  ]);
  return concatenate([long, uint32(0x07064b50), uint32(0), uint64(offset + size), uint32(1), end]);
}

const record = (signature: number, ...versions: number[]): Uint8Array => concatenate([uint32(signature), ...versions.map(uint16)]);

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function uint32(value: number): Uint8Array {
  return concatenate([uint16(value & 0xffff), uint16(value >>> 16)]);
}

function uint64(value: number): Uint8Array {
  return concatenate([uint32(value >>> 0), uint32(Math.floor(value / 2 ** 32))]);
}
