import type { EntityType, Split } from '../../dataset/document.ts';
import { sameText } from '../../dataset/same-text.ts';
import type { DocumentRecord } from '../../storage/schema.ts';

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

export function overview(records: readonly DocumentRecord[], types: readonly EntityType[]): Overview {
  const counts = new Map(types.map((type) => [type.name, 0]));
  const trainTypes = new Set<string>();
  const train = new Set<string>();
  const repeated: DocumentRecord[] = [];
  const bySplit: Record<Split, number> = { train: 0, dev: 0, test: 0 };
  for (const record of records) {
    const { document } = record;
    const split = document.split ?? 'train';
    bySplit[split] += 1;
    for (const { type } of document.spans) {
      counts.set(type, (counts.get(type) ?? 0) + 1);
      if (split === 'train') trainTypes.add(type);
    }
    if (split !== 'train') continue;
    const text = sameText(document.text);
    if (train.has(text)) repeated.push(record);
    train.add(text);
  }
  const alsoInTrain = (split: Split) => records.filter(({ document }) => document.split === split && train.has(sameText(document.text)));
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

/** What the filters of the page let through; empty ones let everything through. */
export interface Filters {
  split: Split | 'none' | null;
  /** A type's name, or `none` for texts without entities. */
  type: string | null;
  search: string;
}

export function filterDocuments(records: readonly DocumentRecord[], { split, type, search }: Filters): DocumentRecord[] {
  const sought = search.trim().toLowerCase();
  return records.filter(
    ({ document }) =>
      (!split || (document.split ?? 'none') === split) &&
      (!type || (type === 'none' ? document.spans.length === 0 : document.spans.some((span) => span.type === type))) &&
      (!sought || document.text.toLowerCase().includes(sought)),
  );
}
