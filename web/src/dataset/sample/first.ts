import { compareCodePoints } from '../../text/order.ts';
import type { Document, Split } from '../document.ts';
import { checkCount, namesOf, positionsIn } from './drawn.ts';
import type { Drawn, Shortfall } from './drawn.ts';

export interface FirstSettings {
  count: number;
  /** What is counted of each type: documents that hold it, or its entities. */
  of: 'documents' | 'entities';
  /** Those that are drawn from; the others stay whole. */
  splits: readonly Split[];
}

export interface First extends Drawn {
  /** What was got of each type. Documents hold several types, so it can be more than was wanted. */
  got: Record<string, number>;
  short: Shortfall[];
}

/** The first documents of each type, whole and in the order they stand: a document is taken where one of its types is still short. */
export function firstOfEachType(documents: readonly Document[], { count, of, splits }: FirstSettings): First {
  checkCount(count);
  const candidates = positionsIn(documents, splits);
  const [got, available] = [new Map<string, number>(), new Map<string, number>()];
  const add = (to: Map<string, number>, types: readonly string[]): void => types.forEach((type) => to.set(type, (to.get(type) ?? 0) + 1));
  const chosen = new Set<number>();
  for (const position of candidates) {
    const all = documents[position]!.spans.map(({ type }) => type);
    const types = of === 'entities' ? all : [...new Set(all)];
    add(available, types);
    if (!types.some((type) => (got.get(type) ?? 0) < count)) continue;
    chosen.add(position);
    add(got, types);
  }
  const drawnFrom = new Set(candidates);
  const names = [...new Set(documents.flatMap(({ spans }) => spans.map(({ type }) => type)))].sort(compareCodePoints);
  const gotOf = (type: string): number => got.get(type) ?? 0;
  return {
    documents: documents.filter((_, position) => chosen.has(position) || !drawnFrom.has(position)),
    ids: [...chosen].map((position) => documents[position]!.id),
    how: 'first',
    settings: { count, of, splits: namesOf(splits) },
    got: Object.fromEntries(names.map((type) => [type, gotOf(type)])),
    short: names
      .filter((type) => gotOf(type) < count)
      .map((type) => ({ type, wanted: count, got: gotOf(type), available: available.get(type) ?? 0 })),
  };
}
