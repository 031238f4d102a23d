import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { catalogueEntry } from '../catalogue.ts';
import { inspectFolder, type KnownFile } from './inventory.ts';
import { modelsRoot, shippedModels, type Environment } from './paths.ts';

export interface StoredModel {
  id: string;
  folder: string;
  files: KnownFile[];
}

/** Every whole model of this machine: fetched ones, and those that come with the app. Folders that changed are read again. */
export async function storedModels(env: Environment, shipped = shippedModels): Promise<StoredModel[]> {
  const [fetched, own] = await Promise.all([modelsIn(modelsRoot(env), true), modelsIn(shipped, false)]);
  return [...fetched, ...own];
}

async function modelsIn(root: string, record: boolean): Promise<StoredModel[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => !entry.isFile() && !entry.name.startsWith('.'));
  const models = await Promise.all(
    folders.map(async ({ name }) => {
      const id = name.replace('--', '/');
      const folder = path.join(root, name);
      const found = await inspectFolder(folder, catalogueEntry(id)?.sha256, { record });
      return found.state === 'good' ? [{ id, folder, files: found.files }] : [];
    }),
  );
  return models.flat();
}
