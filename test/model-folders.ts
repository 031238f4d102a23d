import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ModelFolder } from '../web/src/encode/model-folder.ts';

/** Model folders that tests read. */

const ROOT = join(import.meta.dirname, '..');

export function diskFolder(path: string): ModelFolder {
  return { name: path, read: async (file) => (existsSync(join(path, file)) ? readFileSync(join(path, file)) : undefined) };
}

export function fixtureFolder(name: string): ModelFolder {
  return { ...diskFolder(join(ROOT, 'test', 'fixtures', name)), name };
}

export const TINY = join(ROOT, 'web', 'public', 'models', 'tiny');

/** The cached all-MiniLM-L6-v2, or undefined where it has not been fetched. */
export function minilmFolder(): string | undefined {
  const cache = process.env['TAGSMITH_MODELS'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tagsmith', 'models');
  const folder = join(cache, 'minilm-l6');
  return existsSync(join(folder, 'model.safetensors')) ? folder : undefined;
}

/** Files in memory as a model folder. */
export function memoryFolder(files: Record<string, Uint8Array | string>): ModelFolder {
  return {
    name: 'example',
    read: async (file) => {
      const content = files[file];
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
  };
}

export async function readJson(folder: ModelFolder, file: string): Promise<Record<string, unknown>> {
  return JSON.parse(new TextDecoder().decode(await folder.read(file))) as Record<string, unknown>;
}
