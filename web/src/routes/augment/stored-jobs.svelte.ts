import { AnnotationJob, runsElsewhere } from '../../state/annotation-job.svelte.ts';
import { textsOf, type AnnotationSettings } from '../../state/annotation-settings.ts';
import { jobs } from '../../state/jobs.svelte.ts';
import { store } from '../../state/store.ts';
import { listLlmJobs, removeLlmJob } from '../../storage/llm-jobs.ts';
import type { DocumentRecord, LlmJobRecord } from '../../storage/schema.ts';
import { workspace } from '../../state/workspace.svelte.ts';
import { augmentText } from '../../texts/augment.ts';

/** Jobs of LLMs from before this page was loaded: those that were broken off can go on. */
class StoredJobs {
  #followed: string | null = null;

  /** Finds the newest job on a data set, unless this tab has one. */
  follow(dataset: string | null, recordAt: (position: number) => DocumentRecord | undefined): void {
    if (dataset === null || dataset === this.#followed || workspace.loading) return;
    this.#followed = dataset;
    void this.#find(dataset, recordAt);
  }

  async remove(id: string): Promise<void> {
    await removeLlmJob(await store(), id);
  }

  async #find(dataset: string, recordAt: (position: number) => DocumentRecord | undefined): Promise<void> {
    const [newest] = await listLlmJobs(await store(), dataset);
    if (!newest || jobs.all.some((job) => job.kind === 'llm' && job.order.dataset.id === dataset)) return;
    const broughtIn = workspace.layers.some(({ id }) => id === newest.id);
    if ((newest.state === 'finished' && broughtIn) || (await runsElsewhere(newest.id))) return;
    jobs.found(jobOf(newest, recordAt));
  }
}

function jobOf(record: LlmJobRecord, recordAt: (position: number) => DocumentRecord | undefined): AnnotationJob {
  const { choice, ...settings } = record.settings as unknown as AnnotationSettings & { choice: string };
  const message = record.state === 'running' ? augmentText.job.interrupted : record.message;
  return new AnnotationJob({ dataset: { id: record.dataset, name: workspace.dataset?.name ?? '' }, choice, settings, texts: textsOf(settings, recordAt) }, { ...record, message });
}

export const storedJobs = new StoredJobs();
