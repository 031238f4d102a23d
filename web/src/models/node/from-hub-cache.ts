import { constants } from 'node:fs';
import { copyFile, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { encoderFiles } from '../files.ts';
import { listFolder } from './inventory.ts';
import { hubCache } from './paths.ts';
import type { FileSource } from './source.ts';

/** What transformers or another of Hugging Face's libraries fetched before: `models--owner--name/snapshots/<commit>/`. */
export const fromHubCache: FileSource = {
  name: 'the Hugging Face cache of this machine',
  async take(model, folder, { env, onProgress }) {
    const repository = path.join(hubCache(env), `models--${model.hub?.replace('/', '--')}`);
    const commit = (await readFile(path.join(repository, 'refs', 'main'), 'utf8').catch(() => '')).trim();
    const snapshots = await readdir(path.join(repository, 'snapshots')).catch(() => []);
    const ordered = snapshots.toSorted((a, b) => Number(b === commit) - Number(a === commit));
    if (ordered.length === 0) throw new Error(`not in ${hubCache(env)}`);
    for (const snapshot of ordered) {
      const from = path.join(repository, 'snapshots', snapshot);
      let files;
      try {
        files = encoderFiles(from, await listFolder(from));
      } catch {
        continue; // a snapshot may hold only what some program asked for
      }
      onProgress({ done: 0, total: 0, message: `Copying ${model.id} from ${from}` });
      for (const { name } of files) await copyFile(path.join(from, name), path.join(folder, name), constants.COPYFILE_FICLONE);
      return model.sha256 ?? {};
    }
    throw new Error(`what is in ${repository} is not a whole encoder with safetensors and tokenizer.json`);
  },
};
