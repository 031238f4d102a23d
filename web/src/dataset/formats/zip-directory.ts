/** A file in a ZIP archive, as the central directory tells of it. */
export interface ZipEntry {
  /** Path as it stands there. */
  name: string;
  /** Bytes once unpacked, as claimed. */
  size: number;
  /** Bytes in the archive. */
  packedSize: number;
  crc: number;
  /** 0: stored, 8: deflated; others are not read. */
  method: number;
  encrypted: boolean;
  /** Where its data begins in the archive. */
  start: number;
}

/** Why an archive can't be read; the sentence goes on after its name. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

const [LOCAL, CENTRAL, END, END_64, LOCATOR_64] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const [MAX_16, MAX_32] = [0xffff, 0xffff_ffff];

const names = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether a file that begins so is a ZIP archive, an empty one included. */
export function isZip(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
}

/**
 * Files of an archive in the order of its central directory (APPNOTE.TXT of PKWARE, 4.3.12 to 4.3.16; ZIP64 included). Nothing is unpacked,
 * and no size that the archive claims is allocated. Throws a `ZipError` for one that is damaged, has more than `most` entries, or whose entries share bytes.
 */
export function readZipDirectory(archive: Uint8Array, most: number): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const { count, offset } = findDirectory(view);
  if (count > most) throw new ZipError(`has ${count} entries: more than ${most} are not read`);
  const entries: ZipEntry[] = [];
  const headers: { from: number; to: number }[] = [];
  let at = offset;
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== CENTRAL) throw new ZipError(`is damaged: entry ${i + 1} of its directory of ${count} is not there`);
    const { entry, local, length } = readEntry(archive, view, at);
    entries.push(entry);
    headers.push({ from: local, to: entry.start + entry.packedSize });
    at += length;
  }
  headers.sort((a, b) => a.from - b.from);
  // Files that lie over each other unpack to far more than the archive holds.
  if (headers.some(({ from }, i) => i > 0 && from < headers[i - 1]!.to)) throw new ZipError('has entries that lie over each other, as no program writes them');
  return entries;
}

function findDirectory(view: DataView): { count: number; offset: number } {
  const last = view.byteLength - 22;
  for (let at = last; at >= 0 && at >= last - MAX_16; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const count = view.getUint16(at + 10, true);
    const offset = view.getUint32(at + 16, true);
    if (count !== MAX_16 && offset !== MAX_32) return { count, offset };
    if (at < 20 || view.getUint32(at - 20, true) !== LOCATOR_64) return { count, offset };
    const long = Number(view.getBigUint64(at - 12, true));
    if (long + 56 > view.byteLength || view.getUint32(long, true) !== END_64) throw new ZipError('is damaged: its directory is not where it says');
    return { count: Number(view.getBigUint64(long + 32, true)), offset: Number(view.getBigUint64(long + 48, true)) };
  }
  throw new ZipError('is damaged: its end is missing, where a ZIP archive lists its files. Was the download complete?');
}

function readEntry(archive: Uint8Array, view: DataView, at: number): { entry: ZipEntry; local: number; length: number } {
  const flags = view.getUint16(at + 8, true);
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number];
  const name = names.decode(archive.subarray(at + 46, at + 46 + nameLength));
  const sizes = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)] as [number, number, number];
  const [size, packedSize, local] = longSizes(view, at + 46 + nameLength, extraLength, sizes);
  if (local + 30 > view.byteLength || view.getUint32(local, true) !== LOCAL) throw new ZipError(`is damaged: ${name} is not where its directory says`);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packedSize > view.byteLength) throw new ZipError(`is damaged: ${name} goes past its end`);
  const method = view.getUint16(at + 10, true);
  const entry = { name, size, packedSize, crc: view.getUint32(at + 16, true), method, encrypted: (flags & 0x41) !== 0 || method === 99, start };
  return { entry, local, length: 46 + nameLength + extraLength + commentLength };
}

/** Sizes and offset, in that order, from the ZIP64 extra field where 32 bits did not hold them (4.5.3). */
function longSizes(view: DataView, from: number, length: number, sizes: [number, number, number]): [number, number, number] {
  if (!sizes.includes(MAX_32)) return sizes;
  const end = Math.min(from + length, view.byteLength);
  for (let at = from; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return sizes.map((value) => {
      if (value !== MAX_32 || next + 8 > end) return value;
      next += 8;
      return Number(view.getBigUint64(next - 8, true));
    }) as [number, number, number];
  }
  return sizes;
}
