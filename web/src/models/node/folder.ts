import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelFolder } from '../../encode/model-folder.ts';
import { ModelError } from '../catalogue.ts';
import { encoderFiles } from '../files.ts';
import { listFolder } from './inventory.ts';

/** A folder of this machine as a model. Throws where it is none. */
export async function openFolder(folder: string): Promise<ModelFolder> {
  if (!(await isFolder(folder))) throw new ModelError(`There is no folder ${folder}.`, 'Give the path of a folder with config.json, tokenizer.json and model.safetensors.');
  encoderFiles(folder, await listFolder(folder));
  return {
    name: folder,
    async read(file) {
      try {
        return await readFile(path.join(folder, path.basename(file)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

export async function isFolder(candidate: string): Promise<boolean> {
  return (await stat(candidate).catch(() => undefined))?.isDirectory() ?? false;
}
