import type { ModelFolder } from '../../encode/model-folder.ts';
import { fetchModel, type FetchOptions } from './fetch.ts';
import { isFolder, openFolder } from './folder.ts';

/** A model by folder, catalogue id or hub id, fetched where it is not on this machine yet. */
export async function openModel(idOrFolder: string, options: FetchOptions = {}): Promise<ModelFolder> {
  if (await isFolder(idOrFolder)) return openFolder(idOrFolder);
  const { id, path } = await fetchModel(idOrFolder, options);
  return { ...(await openFolder(path)), name: id };
}
