import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelFolder } from '../src/encode/model-folder.ts';
import { folderOf } from '../src/export/folder-of.ts';
import { importTaggerZip } from '../src/export/import-zip.ts';
import { largestSize } from '../src/export/model-files.ts';
import { openFolder } from '../src/models/node/folder.ts';
import { openModel } from '../src/models/node/open.ts';
import type { ModelFiles } from '../src/train/protocol.ts';
import { FailedRun } from './verb.ts';

const isArchive = (source: string): boolean => source.toLowerCase().endsWith('.zip');

/** What a training starts from: a catalogue id, a hub id, a folder, or an exported tagger as an archive. */
export async function openModelSource(source: string, options: Parameters<typeof openModel>[1]): Promise<ModelFolder> {
  return isArchive(source) ? folderOf(await readArchive(source), source) : openModel(source, options);
}

/** A tagger to tag with: a folder or an archive. */
export async function openTaggerSource(source: string): Promise<ModelFolder> {
  return isArchive(source) ? folderOf(await readArchive(source), source) : openFolder(source);
}

/** All files of a tagger that are a model's own. */
export async function readTaggerSource(source: string): Promise<ModelFiles> {
  if (isArchive(source)) return readArchive(source);
  await openFolder(source);
  const names = (await readdir(source)).filter((name) => largestSize(name) !== undefined);
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, new Uint8Array(await readFile(path.join(source, name)))] as const)));
}

async function readArchive(source: string): Promise<ModelFiles> {
  const archive = await readFile(source).catch((error: NodeJS.ErrnoException) => {
    throw new FailedRun(error.code === 'ENOENT' ? `There is no file ${source}.` : `${source} can't be read: ${error.message}.`);
  });
  return importTaggerZip(new Uint8Array(archive.buffer, archive.byteOffset, archive.byteLength), path.basename(source));
}
