import { everything, type QueueFilter, type QueueOrder } from '../../annotate/queue.ts';

type Query = Readonly<Record<string, string>>;

const oneOf = <Value extends string>(value: string | undefined, values: readonly Value[]): Value | null => values.find((candidate) => candidate === value) ?? null;

/** The filter that a link asks for; what it does not name lets everything through. */
export function filterOfQuery(query: Query): QueueFilter {
  const score = Number(query.score);
  return {
    ...everything,
    split: oneOf(query.split, ['train', 'dev', 'test', 'none']),
    state: oneOf(query.state, ['open', 'empty', 'labelled', 'disagreement']),
    type: query.type ?? null,
    source: oneOf(query.source, ['manual', 'llm', 'generated', 'model']),
    layer: query.layer ?? null,
    against: query.against ?? null,
    scoreUpTo: query.score !== undefined && score >= 0 && score <= 1 ? score : null,
    search: query.q ?? '',
  };
}

export function orderOfQuery(query: Query): QueueOrder {
  return query.order === 'uncertain' ? 'uncertain' : 'given';
}
