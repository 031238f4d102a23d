import type { ModelFiles } from '../train/protocol.ts';
import { deleteModel, readModelFiles, renameModel, restoreModel, saveModel, type DeletedModel } from '../storage/models.ts';
import type { ModelRecord } from '../storage/schema.ts';
import { newId } from './new-id.ts';
import { store } from './store.ts';
import { workspace } from './workspace.svelte.ts';

/** The files of a tagger in this browser. @throws where the browser has thrown them away */
export async function taggerFiles(id: string): Promise<ModelFiles> {
  return readModelFiles(await store(), id);
}

export async function renameTagger(id: string, name: string): Promise<void> {
  await renameModel(await store(), id, name);
  await workspace.refresh();
}

/** Deletes a tagger; its run and scores stay. Gives back what `restoreTagger` needs. */
export async function deleteTagger(id: string): Promise<DeletedModel> {
  const deleted = await deleteModel(await store(), id);
  await workspace.refresh();
  return deleted;
}

export async function restoreTagger(deleted: DeletedModel): Promise<void> {
  await restoreModel(await store(), deleted);
  await workspace.refresh();
}

/** Takes a tagger from elsewhere in, into a workspace: it goes when that is deleted. */
export async function addTagger(dataset: string, tagger: { name: string; encoder: string; labels: string[]; files: ModelFiles }): Promise<ModelRecord> {
  const { files, ...rest } = tagger;
  const record: ModelRecord = { id: newId(), dataset, ...rest, bytes: Object.values(files).reduce((sum, file) => sum + file.byteLength, 0), created: Date.now() };
  await saveModel(await store(), record, files);
  await workspace.refresh();
  return record;
}
