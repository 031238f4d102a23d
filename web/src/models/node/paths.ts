import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelSlug } from '../catalogue.ts';

/** Variables that say where things lie; `process.env` outside tests. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where fetched models lie: `$TAGSMITH_MODELS`, else `tagsmith/models` in the user's cache. */
export function modelsRoot(env: Environment): string {
  return path.resolve(env.TAGSMITH_MODELS || path.join(cacheRoot(env), 'tagsmith', 'models'));
}

export function modelPath(id: string, env: Environment): string {
  return path.join(modelsRoot(env), modelSlug(id));
}

/** Models that come with the app. */
export const shippedModels = fileURLToPath(new URL('../../../public/models/', import.meta.url));

/** Where Hugging Face's own libraries keep what they fetched. */
export function hubCache(env: Environment): string {
  return env.HF_HUB_CACHE || path.join(env.HF_HOME || path.join(cacheRoot(env), 'huggingface'), 'hub');
}

function cacheRoot(env: Environment): string {
  return env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache');
}
