import type { Dataset, Document, EntityType, Split } from '../dataset/document.ts';
import { importFile } from '../dataset/formats/import.ts';
import { hueOf } from '../dataset/types.ts';
import { workspace } from './workspace.svelte.ts';

/** Its id is fixed: making a tagger from the sample twice leaves one workspace, not two. */
const sampleId = 'sample';

/** `sample/dataset.json`. */
interface SampleDescription {
  name: string;
  licence: string;
  language: string;
  types: Omit<EntityType, 'colour'>[];
  trySentence: string;
}

/**
 * Opens the built-in data set, bringing it into the store the first time.
 * @returns a sentence to try on its tagger.
 */
export async function openSample(): Promise<string> {
  const description = (await (await get('dataset.json')).json()) as SampleDescription;
  if (workspace.all.some((record) => record.id === sampleId)) {
    await workspace.open(sampleId);
    return description.trySentence;
  }
  const documents = await sampleDocuments();
  const dataset: Dataset = {
    id: sampleId,
    name: description.name,
    licence: description.licence,
    language: description.language,
    types: description.types.map((type, index) => ({ ...type, colour: hueOf(index) })),
    layers: [],
    created: Date.now(),
  };
  await workspace.import(dataset, documents);
  return description.trySentence;
}

/** The texts of the built-in data set with their labels. */
export async function sampleDocuments(): Promise<Document[]> {
  const splits: Split[] = ['train', 'dev', 'test'];
  const files = await Promise.all(
    splits.map(async (split) => {
      const name = `${split}.conll`;
      const { documents } = await importFile(name, (await get(name)).body ?? new ReadableStream(), { split });
      return documents;
    }),
  );
  return files.flat();
}

async function get(file: string): Promise<Response> {
  const response = await fetch(`./sample/${file}`);
  if (!response.ok) throw new Error(`The server answered ${response.status} for sample/${file}.`);
  return response;
}
