import { router } from '../../router.svelte.ts';
import type { Job } from '../../state/jobs.svelte.ts';

/** A link to where a job is seen. */
export function placeOf(job: Job): string {
  if (job.kind === 'training') return router.href('train', { set: job.order.dataset.id });
  return job.order.dataset === undefined ? router.href('try', { model: job.order.model.id }) : router.href('annotate', { set: job.order.dataset });
}
