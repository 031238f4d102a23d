import { addingLayer } from '../dataset/layers.ts';
import type { Layer, Suggestion } from '../dataset/document.ts';
import type { AnnotationJob } from './annotation-job.svelte.ts';
import { workspace } from './workspace.svelte.ts';

const keyOf = ({ start, end, type }: { start: number; end: number; type: string }): string => `${start} ${end} ${type}`;

/** What was brought in. */
export interface BroughtIn {
  suggestions: number;
  texts: number;
}

/**
 * Brings what a job found into its data set, which must be open, as suggestions of a layer with the job's id, as one step of
 * the history. What the layer has already is not brought in twice; what a label says already counts as accepted. Texts
 * that were edited since the answer came are left out.
 */
export async function bringIn(job: AnnotationJob, name: string, what: string): Promise<BroughtIn> {
  const { dataset } = workspace;
  if (dataset?.id !== job.order.dataset.id) throw new Error('The data set of this job is not open. Open it and try again.');
  const layer: Layer = { id: job.id, name, source: 'llm', created: job.created, llm: { task: job.task, model: job.model, kind: job.source.kind } };
  const texts = new Map(job.order.texts.map(({ position, text }) => [position, text]));
  const suggestions = new Map<number, Suggestion[]>();
  for (const [position, spans] of job.findings.spans) {
    const document = workspace.documents[workspace.indexOf(position)]?.document;
    if (!document || document.text !== texts.get(position)) continue;
    const known = new Set((document.suggestions ?? []).filter((other) => other.layer === layer.id).map(keyOf));
    const labels = new Set(document.spans.map(keyOf));
    const fresh = spans.flatMap(({ start, end, type, reason }): Suggestion[] => {
      const key = keyOf({ start, end, type });
      if (known.has(key)) return [];
      known.add(key);
      return [{ start, end, type, source: 'llm', layer: layer.id, ...(reason ? { note: reason } : {}), ...(labels.has(key) ? { decided: 'accepted' as const } : {}) }];
    });
    if (fresh.length > 0) suggestions.set(position, fresh);
  }
  if (suggestions.size > 0) await workspace.apply(addingLayer(dataset, workspace.documents, layer, suggestions, what, Date.now()));
  return { suggestions: [...suggestions.values()].reduce((sum, list) => sum + list.length, 0), texts: suggestions.size };
}
