import { compareCodePoints } from '../../text/order.ts';
import type { Document, Split } from '../document.ts';

/** Numbers by split; `none` for documents without one. */
export type BySplit = Record<Split | 'none', number>;

export interface TypeCount {
  type: string;
  spans: BySplit;
  /** Documents that hold at least one. */
  documents: BySplit;
}

export interface LabelCounts {
  documents: BySplit;
  /** Documents without any span. */
  withoutSpans: BySplit;
  spans: BySplit;
  /** The most frequent first. */
  types: TypeCount[];
}

/** How often each type occurs in each split. */
export function countLabels(documents: readonly Document[]): LabelCounts {
  const counts: LabelCounts = { documents: none(), withoutSpans: none(), spans: none(), types: [] };
  const byType = new Map<string, TypeCount & { last: number }>();
  documents.forEach(({ spans, split: own }, index) => {
    const split = own ?? 'none';
    counts.documents[split]++;
    if (spans.length === 0) counts.withoutSpans[split]++;
    counts.spans[split] += spans.length;
    for (const { type } of spans) {
      let count = byType.get(type);
      if (!count) byType.set(type, (count = { type, spans: none(), documents: none(), last: -1 }));
      count.spans[split]++;
      if (count.last !== index) count.documents[split]++;
      count.last = index;
    }
  });
  counts.types = [...byType.values()]
    .map(({ type, spans, documents: holders }) => ({ type, spans, documents: holders }))
    .sort((a, b) => sumOf(b.spans) - sumOf(a.spans) || compareCodePoints(a.type, b.type));
  return counts;
}

/** Over all splits. */
export function sumOf({ train, dev, test, none: without }: BySplit): number {
  return train + dev + test + without;
}

function none(): BySplit {
  return { train: 0, dev: 0, test: 0, none: 0 };
}
