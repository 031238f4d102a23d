import { findOccurrences, type Occurrences } from '../../dataset/facts/occurrences.ts';
import { wordsOfAll, type Words } from '../../dataset/facts/words.ts';
import type { Dataset, Document } from '../../dataset/document.ts';
import { readDataset } from '../../storage/datasets.ts';
import { readDocuments } from '../../storage/documents.ts';
import type { Store } from '../../storage/open.ts';
import type { DocumentRecord } from '../../storage/schema.ts';
import type { Source } from './protocol.ts';

/** A data set in the worker's memory, with what is made of it once and used by several questions. */
export class Held {
  readonly dataset: Dataset;
  readonly revision: number;
  readonly records: readonly DocumentRecord[];
  readonly documents: readonly Document[];
  #words: Words | undefined;
  #occurrences: Occurrences | undefined;

  constructor(dataset: Dataset, revision: number, records: readonly DocumentRecord[]) {
    this.dataset = dataset;
    this.revision = revision;
    this.records = records;
    this.documents = records.map(({ document }) => document);
  }

  get words(): Words {
    return (this.#words ??= wordsOfAll(this.documents, this.dataset.language));
  }

  get occurrences(): Occurrences {
    return (this.#occurrences ??= findOccurrences(this.documents, this.words));
  }

  positionOf(index: number): number {
    return this.records[index]!.position;
  }
}

/** How long writes that the page has begun may take to arrive, in milliseconds. */
const patience = 30_000;

/** Reads a data set as it is after the writes that the page shows. Throws a sentence for people where it is gone. */
export async function readHeld(store: Store, { dataset, revision }: Source): Promise<Held> {
  const end = Date.now() + patience;
  for (;;) {
    const record = await readDataset(store, dataset);
    if (!record) throw new Error('This data set was deleted in the meantime.');
    if (record.revision >= revision || Date.now() > end) return new Held(record.dataset, record.revision, await readDocuments(store, dataset));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
