import { router } from '../../router.svelte.ts';
import { AnnotationJob, untilNobodyIsAt } from '../../state/annotation-job.svelte.ts';
import { textsOf, type AnnotationSettings } from '../../state/annotation-settings.ts';
import { jobs } from '../../state/jobs.svelte.ts';
import { store } from '../../state/store.ts';
import { listLlmJobs, removeLlmJob } from '../../storage/llm-jobs.ts';
import type { LlmJobRecord } from '../../storage/schema.ts';
import { workspace } from '../../state/workspace.svelte.ts';
import { augmentText } from '../../texts/augment.ts';

/** Jobs of LLMs from before this page was loaded: those that were broken off can go on. */
class StoredJobs {
  #followed: string | null = null;

  /** Finds the newest job on a data set, unless this tab has one. */
  follow(dataset: string | null): void {
    if (dataset === null || dataset === this.#followed || workspace.loading) return;
    this.#followed = dataset;
    void this.#find(dataset);
  }

  async remove(id: string): Promise<void> {
    await removeLlmJob(await store(), id);
  }

  /** @param left the job that no tab is at any more */
  async #find(dataset: string, left?: string): Promise<void> {
    const [newest] = await listLlmJobs(await store(), dataset);
    if (!newest || jobs.all.some((job) => job.kind === 'llm' && job.order.dataset.id === dataset)) return;
    if (newest.id !== left) {
      // Another tab may be at it, or still this one as it was before a reload.
      await untilNobodyIsAt(newest.id);
      return this.#find(dataset, newest.id);
    }
    if (workspace.id !== dataset || router.page !== 'augment') {
      // Nobody looks any more; who comes back finds it.
      if (this.#followed === dataset) this.#followed = null;
      return;
    }
    const broughtIn = workspace.layers.some(({ id }) => id === newest.id);
    if (newest.state !== 'finished' || !broughtIn) jobs.found(jobOf(newest));
  }
}

function jobOf(record: LlmJobRecord): AnnotationJob {
  const { choice, ...settings } = record.settings as unknown as AnnotationSettings & { choice: string };
  const message = record.state === 'running' ? augmentText.job.interrupted : record.message;
  return new AnnotationJob({ dataset: { id: record.dataset, name: workspace.dataset?.name ?? '' }, choice, settings, texts: textsOf(settings, (position) => workspace.documents[workspace.indexOf(position)]) }, { ...record, message });
}

export const storedJobs = new StoredJobs();
