import type { Document } from '../dataset/document.ts';
import { readModelFiles } from '../storage/models.ts';
import type { ModelRecord } from '../storage/schema.ts';
import { jobs } from './jobs.svelte.ts';
import { store } from './store.ts';

/** Starts to tag the documents of a file in the background. */
export async function startTagging(model: ModelRecord, device: 'webgpu' | 'wasm', file: string, documents: Document[]): Promise<void> {
  const files = await readModelFiles(await store(), model.id);
  jobs.tag({ model: { id: model.id, name: model.name }, files, device, file, documents });
}
