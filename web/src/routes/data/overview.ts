import type { Document, EntityType, Split } from '../../dataset/document.ts';
import { sameText } from '../../dataset/same-text.ts';
import type { DocumentRecord } from '../../storage/schema.ts';
import { inSlices } from './in-slices.ts';

/** What a data set holds, at a glance. */
export interface Overview {
  spans: number;
  /** Spans of each type, in the order of the types. */
  byType: { name: string; count: number }[];
  /** Test (dev) documents whose text is also in train. */
  testInTrain: DocumentRecord[];
  devInTrain: DocumentRecord[];
  /** Documents of train whose text is there before them. */
  repeated: DocumentRecord[];
  /** Types that occur, but never in train. */
  notInTrain: string[];
  bySplit: Record<Split, number>;
}

/** What texts have in common that are the same. Folding them takes longest, and an edit changes few documents. */
const folded = new WeakMap<Document, string>();

function foldedText(document: Document): string {
  let key = folded.get(document);
  if (key === undefined) folded.set(document, (key = sameText(document.text)));
  return key;
}

/** Null where the signal came before it was done. */
export async function overview(records: readonly DocumentRecord[], types: readonly EntityType[], signal: AbortSignal): Promise<Overview | null> {
  const counts = new Map(types.map((type) => [type.name, 0]));
  const trainTypes = new Set<string>();
  const train = new Set<string>();
  const repeated: DocumentRecord[] = [];
  const scored: DocumentRecord[] = [];
  const bySplit: Record<Split, number> = { train: 0, dev: 0, test: 0 };
  const done = await inSlices(
    records,
    (record) => {
      const { document } = record;
      const split = document.split ?? 'train';
      bySplit[split] += 1;
      for (const { type } of document.spans) {
        counts.set(type, (counts.get(type) ?? 0) + 1);
        if (split === 'train') trainTypes.add(type);
      }
      const text = foldedText(document);
      if (split !== 'train') scored.push(record);
      else if (train.has(text)) repeated.push(record);
      else train.add(text);
    },
    signal,
  );
  if (!done) return null;
  const alsoInTrain = (split: Split) => scored.filter(({ document }) => document.split === split && train.has(foldedText(document)));
  const byType = [...counts].map(([name, count]) => ({ name, count }));
  return {
    spans: byType.reduce((sum, { count }) => sum + count, 0),
    byType,
    testInTrain: alsoInTrain('test'),
    devInTrain: alsoInTrain('dev'),
    repeated,
    notInTrain: byType.filter(({ name, count }) => count > 0 && !trainTypes.has(name)).map(({ name }) => name),
    bySplit,
  };
}
