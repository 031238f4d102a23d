import { router } from '../../router.svelte.ts';
import type { Job } from '../../state/jobs.svelte.ts';
import { text } from '../../texts/index.ts';

/** What a job does, in words. */
export function nameOf(job: Job): string {
  if (job.kind === 'training') return text.jobs.training(job.order.dataset.name);
  if (job.kind === 'comparing') return text.jobs.comparing(job.order.dataset.name);
  return job.kind === 'llm' ? text.jobs.annotating(job.order.dataset.name) : text.jobs.tagging(job.order.file);
}

/** A link to where a job is seen. */
export function placeOf(job: Job): string {
  if (job.kind === 'training') return router.href('train', { set: job.order.dataset.id });
  if (job.kind === 'llm') return router.href('augment', { set: job.order.dataset.id });
  if (job.kind === 'comparing') {
    const { dataset, models, on } = job.order;
    return router.href('evaluate', { set: dataset.id, compare: models.map(({ id }) => id).join(), on });
  }
  return job.order.dataset === undefined ? router.href('try', { model: job.order.model.id }) : router.href('annotate', { set: job.order.dataset });
}
