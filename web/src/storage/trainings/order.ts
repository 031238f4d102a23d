import type { Document } from '../../dataset/document.ts';
import type { TrainCommand } from '../../train/protocol.ts';
import type { Recipe } from '../../train/recipe.ts';
import type { TrainingFolder } from './folder.ts';

/** What a training was asked to do, as far as it is small. */
export interface StoredOrder {
  format: 1;
  /** Milliseconds since 1970. */
  created: number;
  dataset: { id: string; name: string };
  /** As the link of the Train page names it: an id of the catalogue or of the hub, or a tagger here. */
  encoder: string;
  encoderName: string;
  recipe: Recipe;
  device: TrainCommand['device'];
  /** Ids of the documents to watch. */
  watch: string[];
}

const ORDER = 'order.json';
const DOCUMENTS = 'documents.json';

/** Keeps what a training was asked for, its texts as they were then: later edits of the data set do not change it. */
export async function writeOrder(folder: TrainingFolder, order: StoredOrder, documents: readonly Document[]): Promise<void> {
  await folder.write(DOCUMENTS, [new TextEncoder().encode(JSON.stringify(documents))]);
  await folder.write(ORDER, [new TextEncoder().encode(JSON.stringify(order))]);
}

/** Null where it is missing, half-written or of another version. */
export async function readOrder(folder: TrainingFolder): Promise<StoredOrder | null> {
  const order = await readJson<StoredOrder>(folder, ORDER);
  return order?.format === 1 ? order : null;
}

/** Null where they are missing. */
export function readOrderedDocuments(folder: TrainingFolder): Promise<Document[] | null> {
  return readJson<Document[]>(folder, DOCUMENTS);
}

async function readJson<Value>(folder: TrainingFolder, name: string): Promise<Value | null> {
  const text = (await (await folder.read(name))?.text()) ?? 'null';
  try {
    return JSON.parse(text) as Value | null;
  } catch {
    return null;
  }
}
