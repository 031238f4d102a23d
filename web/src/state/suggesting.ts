import { addingLayer } from '../dataset/layers.ts';
import type { Document, Layer, Suggestion } from '../dataset/document.ts';
import { applyChange } from '../storage/changes.ts';
import { readDocuments } from '../storage/documents.ts';
import { readModelFiles } from '../storage/models.ts';
import type { DocumentRecord, ModelRecord } from '../storage/schema.ts';
import { jobs } from './jobs.svelte.ts';
import { newId } from './new-id.ts';
import { store } from './store.ts';
import type { TaggingJob } from './tagging-job.svelte.ts';
import { workspace } from './workspace.svelte.ts';

/** What a tagger suggested. */
export interface Suggested {
  suggestions: number;
  texts: number;
}

/** Has a tagger mark texts of the open data set in the background. */
export async function startSuggesting(model: ModelRecord, device: 'webgpu' | 'wasm', records: readonly DocumentRecord[]): Promise<TaggingJob> {
  const { dataset } = workspace;
  if (!dataset) throw new Error('No data set is open, so there is nothing to mark.');
  const files = await readModelFiles(await store(), model.id);
  return jobs.tag({ model: { id: model.id, name: model.name }, files, device, file: dataset.name, documents: records.map(({ document }) => document), dataset: dataset.id });
}

/**
 * Brings what a job found into its data set as a layer, as one step of the history; null where it found nothing. Texts
 * that were edited or deleted meanwhile are told by their id: an edited one keeps the edit.
 */
export async function keepSuggestions(job: TaggingJob, name: string, what: string): Promise<Suggested | null> {
  const { dataset, model } = job.order;
  if (dataset === undefined) throw new Error('This job tags a file, so its spans belong into no data set.');
  const layer: Layer = { id: newId(), name, source: 'model', created: Date.now(), model: model.id };
  const found = new Map(job.tagged().map((document) => [document.id, document]));
  const open = workspace.id === dataset;
  const records = open ? workspace.documents : await readDocuments(await store(), dataset);
  const suggestions = new Map<number, Suggestion[]>();
  for (const { position, document } of records) {
    const tagged = found.get(document.id);
    const fresh = tagged?.text === document.text ? unknown(tagged, document).map((span): Suggestion => ({ ...span, layer: layer.id })) : [];
    if (fresh.length > 0) suggestions.set(position, fresh);
  }
  if (suggestions.size === 0) return null;
  if (open) await workspace.addLayer(layer, suggestions);
  else {
    const record = workspace.all.find(({ id }) => id === dataset);
    if (record) await applyChange(await store(), dataset, addingLayer(record.dataset, records, layer, suggestions, what, layer.created));
  }
  return { suggestions: [...suggestions.values()].reduce((sum, list) => sum + list.length, 0), texts: suggestions.size };
}

/** What a tagger found that is no label already. */
function unknown(tagged: Document, document: Document): Document['spans'] {
  return tagged.spans.filter((span) => !document.spans.some(({ start, end, type }) => start === span.start && end === span.end && type === span.type));
}
