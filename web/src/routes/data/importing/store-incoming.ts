import type { Dataset, Document, Layer, Split } from '../../../dataset/document.ts';
import { addingLayer } from '../../../dataset/layers.ts';
import { matchTexts, type Matched } from '../../../dataset/match-texts.ts';
import { nameLayers } from '../../../dataset/name-layers.ts';
import { collectTypes, countTypes, typesOf } from '../../../dataset/types.ts';
import { combine, type ReadFile } from '../../../state/files.ts';
import { newId } from '../../../state/new-id.ts';
import { workspace } from '../../../state/workspace.svelte.ts';
import { dataText } from '../../../texts/data.ts';
import { inSlices } from '../in-slices.ts';

/** What a new data set is called. */
export type Naming = Pick<Dataset, 'name' | 'language' | 'licence'>;

/** Stores the documents of files: in the open data set where `into` is that, else in a new one. Gives back the data set's id. */
export async function storeIncoming(read: readonly ReadFile[], splits: readonly (Split | 'none')[], into: Dataset | null, naming: Naming): Promise<string> {
  const now = Date.now();
  const taken = into ? new Set(workspace.documents.map(({ document }) => document.id)) : undefined;
  const said = read.flatMap(({ report }) => report.layers);
  const make = (name: string, source: Layer['source']): Layer => ({ id: newId(), name, source, created: now });
  const { layers, named: withIds } = nameLayers(said, into?.layers ?? [], make);
  const documents: Document[] = [];
  const counts = new Map<string, number>();
  const collect = (document: Document): void => {
    documents.push(withIds(document));
    countTypes(document.spans, counts);
    // Types of suggestions are types as well.
    countTypes(document.suggestions ?? [], counts);
  };
  await inSlices(combine(read, splits, taken), collect, new AbortController().signal);
  const types = typesOf(counts, into?.types);
  const dataset: Dataset = into ? { ...into, types, layers } : { id: newId(), ...naming, types, layers, created: now };
  await workspace.import(dataset, documents);
  return dataset.id;
}

/** What laying files over the texts of the open data set gives. */
export function matchIncoming(read: readonly ReadFile[], layer: string): Matched {
  return matchTexts(workspace.documents, read.flatMap(({ documents }) => documents), layer);
}

/** Brings the labels of files into the open data set as a layer beside its own, in one step. Gives back how many suggestions came in. */
export async function storeLayer(read: readonly ReadFile[], name: string): Promise<number> {
  const { dataset } = workspace;
  if (!dataset) return 0;
  const layer: Layer = { id: newId(), name, source: 'manual', created: Date.now() };
  const { suggestions, spans } = matchIncoming(read, layer.id);
  const change = addingLayer(dataset, workspace.documents, layer, suggestions, dataText.steps.layer(name), layer.created);
  const after = collectTypes([...suggestions.values()].map((list) => ({ spans: list })), dataset.types);
  await workspace.apply(after.length > dataset.types.length ? { ...change, types: { before: dataset.types, after } } : change);
  return spans;
}
