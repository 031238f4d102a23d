import { concatenate } from '../dataset/formats/bytes.ts';
import { unpackEntry } from '../dataset/formats/unpack.ts';
import { isZip, readZipDirectory, ZipError, type ZipEntry } from '../dataset/formats/zip-directory.ts';
import type { ModelFiles } from '../train/protocol.ts';
import { largestSize } from './model-files.ts';
import { readTaggerFiles, windowOf } from './tagger-parts.ts';

/** Why an archive is not taken as a tagger, and what would do. */
export class ModelZipError extends Error {
  override name = 'ModelZipError';
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

/** Bounds of an archive with a model. */
export interface ModelZipLimits {
  /** Bytes of the archive, which is held in memory while it is read. */
  bytes: number;
  entries: number;
  /** Bytes of all files that are read, unpacked. */
  totalBytes: number;
  /** How many times its packed size a file above 1 MB may have: trained weights hardly get smaller, a vocabulary to a tenth. */
  ratio: number;
}

export const MODEL_ZIP_LIMITS: ModelZipLimits = { bytes: 2 ** 31 - 1, entries: 10_000, totalBytes: 2 ** 31 - 1, ratio: 100 };

const PACK_AGAIN = 'Export the tagger again, or pack the folder that transformers saved as an ordinary ZIP.';

/**
 * The files of a tagger out of an archive: one that was exported here, or a packed folder of a token classification model as transformers saves it.
 * Only files with the names of a model's are unpacked, from the one folder that holds a config.json (of several the outermost); everything
 * in them is checked before it is given. Throws a `ModelZipError`, or the error of `readTaggerFiles`, all in words.
 */
export async function importTaggerZip(archive: Uint8Array | Blob, name: string, limits: ModelZipLimits = MODEL_ZIP_LIMITS): Promise<ModelFiles> {
  const size = archive instanceof Blob ? archive.size : archive.length;
  if (size > limits.bytes) throw new ModelZipError(`${name} has ${size.toLocaleString('en')} bytes; archives up to ${limits.bytes.toLocaleString('en')} are read.`, 'Is it a tagger? Those of this program have less than 1 GB.');
  const bytes = archive instanceof Blob ? new Uint8Array(await archive.arrayBuffer()) : archive;
  if (!isZip(bytes)) throw new ModelZipError(`${name} is no ZIP archive.`, PACK_AGAIN);
  try {
    const chosen = chooseFiles(readZipDirectory(bytes, limits.entries), name, limits);
    const files: ModelFiles = {};
    for (const [file, entry] of chosen) {
      const parts: Uint8Array[] = [];
      for await (const part of unpackEntry(bytes, entry)) parts.push(part);
      // A part may be a view of the archive, which must not stay in memory with it.
      files[file] = parts.length === 1 ? parts[0]!.slice() : concatenate(parts);
    }
    await windowOf(files, await readTaggerFiles(files, name), name);
    return files;
  } catch (error) {
    if (error instanceof ZipError) throw new ModelZipError(`${name} ${error.message}${error.message.endsWith('?') ? '' : '.'}`, PACK_AGAIN);
    throw error;
  }
}

/** Name of a model's file → its entry. Anything else in the archive is left alone. */
function chooseFiles(entries: readonly ZipEntry[], name: string, limits: ModelZipLimits): Map<string, ZipEntry> {
  const folder = folderOfModel(entries, name);
  const chosen = new Map<string, ZipEntry>();
  let total = 0;
  for (const entry of entries) {
    if (!entry.name.startsWith(folder)) continue;
    const file = entry.name.slice(folder.length);
    const largest = largestSize(file);
    if (largest === undefined) continue;
    const refuse = (why: string): never => {
      throw new ModelZipError(`${file} in ${name} ${why}.`, PACK_AGAIN);
    };
    if (chosen.has(file)) refuse('is there twice');
    if (entry.encrypted) refuse('is encrypted');
    if (entry.method !== 0 && entry.method !== 8) refuse(`is packed by method ${entry.method}, which is not read`);
    if (entry.size > largest) refuse(`says it has ${entry.size.toLocaleString('en')} bytes; up to ${largest.toLocaleString('en')} are read`);
    if (entry.size > 1 << 20 && entry.size > limits.ratio * entry.packedSize) refuse(`would become ${Math.floor(entry.size / Math.max(1, entry.packedSize)).toLocaleString('en')} times its size, as no file of a model does`);
    total += entry.size;
    if (total > limits.totalBytes) throw new ModelZipError(`The files in ${name} have more than ${limits.totalBytes.toLocaleString('en')} bytes together.`, 'Such a model is too large for this program.');
    chosen.set(file, entry);
  }
  return chosen;
}

/** Paths that lead elsewhere, and what macOS puts beside the files. */
const ODD_PATH = /^[A-Za-z]:|^\/|\\|\0|(?:^|\/)\.{1,2}\/|(?:^|\/)__MACOSX\//;

/** Path before the files of the model, '' or one that ends in a slash. */
function folderOfModel(entries: readonly ZipEntry[], name: string): string {
  const folders = entries.filter((entry) => /(?:^|\/)config\.json$/.test(entry.name) && !ODD_PATH.test(entry.name)).map((entry) => entry.name.slice(0, -'config.json'.length));
  const depth = (folder: string): number => folder.split('/').length;
  const shallowest = Math.min(...folders.map(depth));
  const candidates = [...new Set(folders.filter((folder) => depth(folder) === shallowest))];
  if (candidates.length === 0) throw new ModelZipError(`${name} holds no config.json: it is no model.`, 'A tagger’s archive holds config.json, model.safetensors and tokenizer.json. Texts to label are imported on the Data page.');
  if (candidates.length > 1) throw new ModelZipError(`${name} holds ${candidates.length} models, in ${candidates.slice(0, 3).join(', ')}${candidates.length > 3 ? ', …' : ''}.`, 'Pack the folder of one of them alone.');
  return candidates[0]!;
}
