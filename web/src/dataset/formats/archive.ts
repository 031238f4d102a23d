import type { Split } from '../document.ts';
import { chunksOf, concatenate, peek } from './bytes.ts';
import type { ByteSource } from './bytes.ts';
import { ImportError, ReportBuilder, shorten } from './report.ts';
import { gunzip, unpackEntry } from './unpack.ts';
import { isZip, readZipDirectory, ZipError } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';

/** A file that is there to be imported: from a disk, an archive or the hub. */
export interface OfferedFile {
  /** Its name, with its folders where they are known. */
  name: string;
  /** In bytes, as far as is known; 0 where it is not. */
  size: number;
  /** Its split, where something other than its name says it. */
  split?: Split;
  /** Whether it is known to be no archive, so that it need not be looked into before it is read. */
  plain?: boolean;
  /** Its content from the beginning, each time it is called. */
  stream(): ByteSource;
}

/** A file that is not imported, and why. */
export interface LeftOut {
  name: string;
  reason: string;
}

/** Files that came together: one archive, or all that were not in one. */
export interface FileGroup {
  /** Name of the archive; null for files outside of any. */
  archive: string | null;
  files: OfferedFile[];
  leftOut: LeftOut[];
}

/** Bounds of an archive. */
export interface ArchiveLimits {
  /** Bytes of the archive itself, which is held in memory while its files are read. */
  bytes: number;
  entries: number;
  /** Bytes of one file, unpacked. */
  entryBytes: number;
  /** Bytes of all files, unpacked. */
  totalBytes: number;
  /** How many times its packed size a file above 1 MB may have. Texts with tags have 5 to 60; deflate can reach 1,032. */
  ratio: number;
}

const LONGEST_NAME = 1000;

export const ARCHIVE_LIMITS: ArchiveLimits = { bytes: 512 << 20, entries: 200_000, entryBytes: 1 << 30, totalBytes: 4 * (1 << 30), ratio: 300 };

/**
 * Files as they can be imported: archives opened, gzip files unpacked as they are read. Names inside archives never become places on a disk; odd ones
 * are left out all the same, with the reason. Throws an `ImportError` for an archive that can't be read, is too large, or holds other archives and nothing else.
 */
export async function expandFiles(offered: readonly OfferedFile[], limits: ArchiveLimits = ARCHIVE_LIMITS): Promise<FileGroup[]> {
  const loose: FileGroup = { archive: null, files: [], leftOut: [] };
  const groups: FileGroup[] = [loose];
  for (const file of offered) {
    if (file.plain) {
      loose.files.push(file);
      continue;
    }
    const { head, whole } = await peek(chunksOf(file.stream(), 1 << 16), 4);
    if (isZip(head)) {
      groups.push(await expandZip(file.name, whole, limits));
      continue;
    }
    await whole.return(undefined);
    if (head[0] === 0x1f && head[1] === 0x8b) loose.files.push(gunzipped(file, limits));
    else loose.files.push(file);
  }
  return groups.filter(({ files, leftOut }) => files.length + leftOut.length > 0);
}

function gunzipped(file: OfferedFile, limits: ArchiveLimits): OfferedFile {
  if (/\.(?:tar\.gz|tgz)$/i.test(file.name)) throw refuse(file.name, 'is a tar archive. Unpack it and import the files, or pack them as ZIP');
  return {
    name: file.name.replace(/\.gz$/i, ''),
    size: file.size,
    stream: () => saying(file.name, gunzip(file.stream(), limits.entryBytes, limits.ratio)),
  };
}

async function expandZip(name: string, source: AsyncGenerator<Uint8Array>, limits: ArchiveLimits): Promise<FileGroup> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of source) {
    parts.push(part);
    length += part.length;
    if (length > limits.bytes) throw refuse(name, `is larger than ${limits.bytes >> 20} MB. Unpack it and import the files`);
  }
  const archive = concatenate(parts);
  let entries: ZipEntry[];
  try {
    entries = readZipDirectory(archive, limits.entries);
  } catch (error) {
    throw error instanceof ZipError ? refuse(name, error.message) : error;
  }
  if (entries.some((entry) => entry.name === '[Content_Types].xml')) throw refuse(name, 'is a Word or Excel document. Save its text as plain text, or its table as CSV');
  const group: FileGroup = { archive: name, files: [], leftOut: [] };
  const taken = new Set<string>();
  let total = 0;
  for (const entry of entries) {
    if (isOfNoInterest(entry.name)) continue;
    const reason = taken.has(entry.name) ? 'the archive holds another file of this name' : reasonAgainst(entry, limits);
    taken.add(entry.name);
    if (reason) group.leftOut.push({ name: shownName(entry.name), reason });
    else {
      total += entry.size;
      group.files.push({ name: entry.name, size: entry.size, stream: () => saying(name, unpackEntry(archive, entry)) });
    }
  }
  if (total > limits.totalBytes) throw refuse(name, `unpacks to ${total} bytes: more than ${limits.totalBytes} are not read. Import its files in parts`);
  if (group.files.length === 0) {
    const first = group.leftOut[0];
    throw refuse(name, first ? `holds no file that can be read: ${first.name}: ${first.reason}` : 'holds no files');
  }
  return group;
}

/** Folders, and what macOS and version control put beside the files. */
function isOfNoInterest(path: string): boolean {
  return path.endsWith('/') || path.split('/').some((part) => part === '__MACOSX' || (part.startsWith('.') && !/^\.+$/.test(part)));
}

function reasonAgainst({ name, size, packedSize, method, encrypted }: ZipEntry, limits: ArchiveLimits): string {
  if (/^[/\\]|^[A-Za-z]:|\\/.test(name)) return 'its name is a path from a root or with backslashes';
  if (name.split('/').some((part) => part === '..' || part === '.')) return 'its name leads out of the archive';
  if (!name || /[\0-\x1f\x7f]/.test(name)) return 'its name is empty or holds control characters';
  if (name.length > LONGEST_NAME) return `its name has more than ${LONGEST_NAME} characters`;
  if (encrypted) return 'it is encrypted: unpack the archive with its password and import the files';
  if (method !== 0 && method !== 8) return `it is packed by method ${method}, which is not read: pack it again as an ordinary ZIP (deflate)`;
  if (/\.(?:zip|gz|tgz|tar|7z|rar|bz2|xz|zst)$/i.test(name)) return 'archives inside archives are not opened: unpack it and import its files';
  if (size > limits.entryBytes) return `it unpacks to more than ${limits.entryBytes >> 20} MB`;
  if (size > 1 << 20 && size > limits.ratio * packedSize) return 'it unpacks to far more than a file of texts does';
  return '';
}

/** A name in a message: not too long, control characters made visible. */
function shownName(name: string): string {
  return shorten(name).replace(/[\0-\x1f\x7f]/g, '\ufffd');
}

function refuse(name: string, why: string): ImportError {
  return new ImportError(`${name} ${why}.`, new ReportBuilder(name).report);
}

/** The same bytes; what is wrong with them is said as of this file. */
async function* saying(name: string, source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw error instanceof ZipError ? refuse(name, error.message) : error;
  }
}
