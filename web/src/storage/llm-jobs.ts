import { explain } from './failures.ts';
import type { Store } from './open.ts';
import type { LlmJobRecord } from './schema.ts';

/** Work of LLMs on a data set, newest first. */
export async function listLlmJobs(store: Store, dataset: string): Promise<LlmJobRecord[]> {
  const jobs = await store.getAllFromIndex('llmJobs', 'dataset', dataset);
  return jobs.sort((a, b) => b.created - a.created);
}

/** Writes a job, or what has become of it. @throws StorageFullError */
export async function saveLlmJob(store: Store, job: LlmJobRecord): Promise<void> {
  await store.put('llmJobs', job).catch((error: unknown) => {
    throw explain(error);
  });
}

/** Takes a job from the list. Its replies stay: they are paid. */
export async function removeLlmJob(store: Store, id: string): Promise<void> {
  await store.delete('llmJobs', id);
}
