import * as z from 'zod/mini';
import type { Change } from '../../dataset/change.ts';
import type { DatasetRecord, LlmJobRecord, ModelRecord, PlacedDocument, ReplyRecord, RunRecord } from '../schema.ts';
import { checkEntry, linesOf, readArchive } from './archive.ts';
import { BackupError, files, manifest, NewerBackupError, parseRun } from './layout.ts';
import { blockShape, changeShape, datasetShape, jobShape, manifestShape, modelShape, replyShape, runShape, settingShapes } from './shapes.ts';

type Archive = Awaited<ReturnType<typeof readArchive>>;

/** A line of `documents.jsonl`; its documents are as the store has them in JSON, ranges of words as one list. */
export interface BlockLine {
  dataset: string;
  block: number;
  documents: PlacedDocument[];
}

/** A line of `changes.jsonl`; a field that is taken away is null. */
export interface ChangeLine {
  dataset: string;
  number: number;
  change: Change;
}

export type ModelLine = ModelRecord & { files: string[] };

/** A backup that was read through once and found whole. Lists that may be large are read again when they are restored. */
export interface Backup {
  datasets: DatasetRecord[];
  models: ModelLine[];
  settings: Record<string, unknown>;
  blocks(): AsyncGenerator<BlockLine>;
  changes(): AsyncGenerator<ChangeLine>;
  runs(): AsyncGenerator<RunRecord>;
  jobs: LlmJobRecord[];
  replies(): AsyncGenerator<ReplyRecord>;
  /** The bytes of a tagger's file, still in the archive. */
  modelFile(place: number, file: string): Blob;
}

/**
 * Reads a whole backup and checks it; nothing is written.
 * @throws BackupError where it is not one, is damaged, or holds what Tagsmith cannot have written; NewerBackupError.
 */
export async function readBackup(file: Blob): Promise<Backup> {
  const archive = await readArchive(file);
  if (!archive.has(files.manifest)) throw new BackupError(`This is no Tagsmith backup: it holds no ${files.manifest}. Texts are brought in on the Data page.`);
  const { version } = await only(archive, files.manifest, manifestShape);
  if (version > manifest.version) {
    throw new NewerBackupError(`This backup was written by a newer version of Tagsmith (backup version ${version}; this one reads up to ${manifest.version}). Nothing was changed. Open it with that version.`);
  }
  /** Lists are checked when they are read for the first time, below. */
  let first = true;
  const list = <Value>(name: string, shape: z.ZodMiniType, parse?: (line: string) => unknown) => lines<Value>(archive, name, first ? shape : null, parse);
  const backup: Backup = {
    datasets: await all(lines<DatasetRecord>(archive, files.datasets, datasetShape)),
    models: await all(lines<ModelLine>(archive, files.models, modelShape)),
    settings: knownSettings(await only(archive, files.settings, z.record(z.string(), z.unknown()))),
    blocks: () => list(files.documents, blockShape),
    changes: () => list(files.changes, changeShape),
    runs: () => list(files.runs, runShape, parseRun),
    jobs: version > 1 ? await all(lines<LlmJobRecord>(archive, files.jobs, jobShape)) : [],
    replies: () => (version > 1 ? list(files.replies, replyShape) : none()),
    modelFile: (place, name) => entryOf(archive, files.model(place, name)).packed,
  };
  await check(backup);
  first = false;
  for (const [place, model] of backup.models.entries()) for (const name of model.files) await checkEntry(entryOf(archive, files.model(place, name)));
  return backup;
}

function entryOf(archive: Archive, name: string) {
  const entry = archive.get(name);
  if (!entry) throw new BackupError(`This is no whole Tagsmith backup: ${name} is missing. Nothing was changed.`);
  return entry;
}

async function* none(): AsyncGenerator<never> {}

async function* lines<Value>(archive: Archive, name: string, shape: z.ZodMiniType | null, parse: (line: string) => unknown = JSON.parse): AsyncGenerator<Value> {
  let number = 0;
  for await (const line of linesOf(entryOf(archive, name))) {
    number += 1;
    yield checked(line, shape, parse, `${name}, line ${number}`) as Value;
  }
}

async function only<Shape extends z.ZodMiniType>(archive: Archive, name: string, shape: Shape): Promise<z.infer<Shape>> {
  const [line, ...more] = await all(linesOf(entryOf(archive, name)));
  if (line === undefined || more.length > 0) throw new BackupError(`This is no whole Tagsmith backup: ${name} has to be one line. Nothing was changed.`);
  return checked(line, shape, JSON.parse, name) as z.infer<Shape>;
}

/** The value itself and not Zod's copy of it: the order of its fields is part of the bytes. */
function checked(line: string, shape: z.ZodMiniType | null, parse: (line: string) => unknown, place: string): unknown {
  let value: unknown;
  try {
    value = parse(line);
  } catch {
    throw new BackupError(`This backup is damaged (${place}): this is not JSON. Nothing was changed.`);
  }
  const [issue] = shape?.safeParse(value).error?.issues ?? [];
  if (issue) throw new BackupError(`This backup holds what Tagsmith does not write (${place}): ${issue.path.join('.')} is not what it should be. Nothing was changed.`);
  return value;
}

function knownSettings(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => Object.hasOwn(settingShapes, name) && settingShapes[name as keyof typeof settingShapes].safeParse(value).success));
}

/** What belongs together fits together: counts, places, steps of the history, and who belongs to whom. */
async function check({ datasets, models, blocks, changes, runs, jobs, replies }: Backup): Promise<void> {
  const wrong = (what: string): BackupError => new BackupError(`The parts of this backup do not fit together: ${what}. Nothing was changed.`);
  const open = new Map(datasets.map((record) => [record.id, { record, texts: 0, next: 0, steps: 0 }]));
  if (open.size < datasets.length || datasets.some(({ id, dataset, history }) => id !== dataset.id || history.done > history.total)) throw wrong('its list of data sets is damaged');
  for await (const { dataset, block, documents } of blocks()) {
    const seen = open.get(dataset);
    if (!seen || block < seen.next) throw wrong('texts belong to no data set, or are out of order');
    seen.next = block;
    for (const { position } of documents) {
      if (position < seen.next) throw wrong('texts are out of order');
      seen.next = position + 1;
    }
    seen.texts += documents.length;
  }
  for await (const { dataset, number, change } of changes()) {
    const seen = open.get(dataset);
    if (!seen || number !== seen.steps) throw wrong('a step of a history is missing');
    if (change.documents.some(({ before, after }) => before === null && after === null)) throw wrong('a step of a history changes nothing');
    seen.steps += 1;
  }
  for (const { record, texts, next, steps } of open.values()) {
    if (record.texts !== texts || record.next < next || record.history.total !== steps) throw wrong(`“${record.dataset.name}” has not all its texts or steps`);
  }
  const ids = new Set<string>();
  for await (const { id } of runs()) if (ids.size === ids.add(id).size) throw wrong('a run is there twice');
  if (new Set(models.map(({ id }) => id)).size < models.length) throw wrong('a tagger is there twice');
  if (new Set(jobs.map(({ id }) => id)).size < jobs.length || jobs.some(({ dataset }) => !open.has(dataset))) throw wrong('its list of jobs is damaged');
  let before = '';
  for await (const { key, dataset } of replies()) {
    if (!open.has(dataset) || key <= before) throw wrong('replies belong to no data set, or are out of order');
    before = key;
  }
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}
