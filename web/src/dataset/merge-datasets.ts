import type { Dataset, Document, EntityType, Layer } from './document.ts';
import { hueOf } from './types.ts';

/** A data set together with its documents. */
export interface WholeDataset {
  dataset: Dataset;
  documents: readonly Document[];
}

export interface MergeOptions {
  /** Keeps the first of several documents with the same text. */
  dropDuplicates: boolean;
}

/**
 * Puts two or more data sets into a new one, in their order. Types of the same name become one, as the first describes
 * it; a document whose id is taken gets a number behind it.
 */
export function mergeDatasets(parts: readonly WholeDataset[], naming: Pick<Dataset, 'id' | 'name' | 'created'>, { dropDuplicates }: MergeOptions): { dataset: Dataset; documents: Document[] } {
  const [first] = parts;
  if (!first || parts.length < 2) throw new Error('Choose at least two data sets to merge.');
  const sources = parts.map(({ dataset }) => dataset);
  const licences = [...new Set(sources.flatMap(({ licence }) => licence ?? []))];
  const all = parts.flatMap(({ documents }) => documents);
  const documents = withOwnIds(dropDuplicates ? firstOfEachText(all) : all);
  const dataset: Dataset = {
    ...naming,
    types: mergeTypes(sources),
    language: first.dataset.language,
    ...(licences.length > 0 ? { licence: licences.join(' + ') } : {}),
    layers: mergeLayers(sources),
    derivation: {
      from: { id: first.dataset.id, name: first.dataset.name },
      how: 'merge',
      settings: { with: sources.slice(1).map(({ name }) => name).join(', '), duplicates: dropDuplicates ? 'dropped' : 'kept', dropped: all.length - documents.length },
      at: naming.created,
    },
  };
  return { dataset, documents };
}

function mergeTypes(sources: readonly Dataset[]): EntityType[] {
  const merged = new Map<string, EntityType>();
  const keys = new Set<string>();
  for (const [place, { types }] of sources.entries()) {
    for (const type of types) {
      const known = merged.get(type.name);
      if (known) {
        if (!known.definition) merged.set(type.name, { ...known, definition: type.definition });
        continue;
      }
      const { key, ...keyless } = type;
      const colour = place === 0 ? type.colour : hueOf(merged.size);
      merged.set(type.name, key === undefined || keys.has(key) ? { ...keyless, colour } : { ...type, colour });
      if (key !== undefined) keys.add(key);
    }
  }
  return [...merged.values()];
}

/** Copies of one data set share their layers' ids. */
function mergeLayers(sources: readonly Dataset[]): Layer[] {
  const merged = new Map<string, Layer>();
  for (const layer of sources.flatMap(({ layers }) => layers)) if (!merged.has(layer.id)) merged.set(layer.id, layer);
  return [...merged.values()];
}

function firstOfEachText(documents: readonly Document[]): Document[] {
  const seen = new Set<string>();
  return documents.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function withOwnIds(documents: readonly Document[]): Document[] {
  const used = new Set<string>();
  return documents.map((document) => {
    let { id } = document;
    for (let copy = 2; used.has(id); copy += 1) id = `${document.id} (${copy})`;
    used.add(id);
    return id === document.id ? document : { ...document, id };
  });
}
