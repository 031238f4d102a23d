import { compareCodePoints } from '../../text/order.ts';
import type { Document, Split } from '../document.ts';
import { fork } from '../random.ts';
import type { Random } from '../random.ts';
import { checkCount, namesOf, positionsIn, splitOf } from './drawn.ts';
import type { Drawn, Shortfall } from './drawn.ts';
import { searchFewShot } from './few-shot-search.ts';

export interface FewShotSettings {
  /** Of each type at least k entities and at most 2k. */
  k: number;
  /** How many types, drawn by lot, those that have k entities first; all where absent. Drawn again where no sample comes of them. */
  ways?: number;
  /**
   * What goes because of types that were not drawn: `texts` leaves out every document that holds one, as Few-NERD does; `spans`
   * keeps the document and drops their spans, so that their words count as no entity. The same is done in splits that stay whole.
   */
  without: 'texts' | 'spans';
  /** Those that are drawn from; the others stay. */
  splits: readonly Split[];
  seed: number;
}

export interface FewShot extends Drawn {
  /** Types that were drawn. */
  types: string[];
  /** Entities of each. */
  got: Record<string, number>;
  /** Types with fewer than k. Where more are available, they stand in texts that hold another type too often. */
  short: Shortfall[];
}

/** A draw of types that leaves some short is done again, this often; the least short one is taken. */
const DRAWS = 20;

/**
 * N-way k~2k-shot sample as in Few-NERD (Ding et al. 2021, algorithm 1): documents in random order; each is taken if it holds a
 * type that has fewer than k entities so far and if with it no type gets more than 2k. Documents without entities are not taken.
 */
export function sampleFewShot(documents: readonly Document[], settings: FewShotSettings): FewShot {
  const { k, ways, splits, seed } = settings;
  checkCount(k);
  const names = [...new Set(documents.flatMap(({ spans }) => spans.map(({ type }) => type)))].sort(compareCodePoints);
  if (ways === undefined) return sampleOfTypes(documents, names, settings, fork(seed, 'few-shot'));
  checkCount(ways);
  if (ways > names.length) throw new Error(`${ways} types are wanted, but there ${names.length === 1 ? 'is' : 'are'} ${names.length}. Ask for ${names.length} or fewer.`);
  const enough = new Set(typesWith(documents, splits, k));
  const random = fork(seed, 'few-shot types');
  let best: FewShot | null = null;
  for (let draw = 0; draw < DRAWS && (!best || best.short.length > 0); draw++) {
    const order = random.shuffle(names);
    const types = [...order.filter((type) => enough.has(type)), ...order.filter((type) => !enough.has(type))].slice(0, ways).sort(compareCodePoints);
    const sample = sampleOfTypes(documents, types, settings, fork(seed, 'few-shot'));
    if (!best || lacking(sample) < lacking(best)) best = sample;
  }
  return best!;
}

function lacking({ short }: FewShot): number {
  return short.reduce((sum, { wanted, got }) => sum + wanted - got, 0);
}

/** Types with at least k entities in the splits drawn from. */
function typesWith(documents: readonly Document[], splits: readonly Split[], k: number): string[] {
  const available = new Map<string, number>();
  for (const position of positionsIn(documents, splits)) {
    for (const { type } of documents[position]!.spans) available.set(type, (available.get(type) ?? 0) + 1);
  }
  return [...available].flatMap(([type, count]) => (count >= k ? [type] : []));
}

function sampleOfTypes(documents: readonly Document[], types: readonly string[], { k, ways, without, splits, seed }: FewShotSettings, random: Random): FewShot {
  const place = new Map(types.map((type, i) => [type, i]));
  const reduced = documents.map((document) => reduce(document, place, without));
  const candidates = positionsIn(documents, splits).filter((position) => reduced[position]?.spans.length);
  const counted = candidates.map((position) => countTypes(reduced[position]!, place));
  const { chosen, got } = searchFewShot(counted, types.length, k, random);
  const taken = new Set(chosen.map((i) => candidates[i]!));
  const available = new Array<number>(types.length).fill(0);
  for (const counts of counted) for (const [type, count] of counts) available[type]! += count;
  return {
    documents: reduced.filter((document, position) => document && (taken.has(position) || !splits.includes(splitOf(document)))) as Document[],
    ids: documents.flatMap(({ id }, position) => (taken.has(position) ? [id] : [])),
    how: 'few-shot',
    settings: { k, ...(ways === undefined ? {} : { ways, without }), splits: namesOf(splits), seed },
    types: [...types],
    got: Object.fromEntries(types.map((type, i) => [type, got[i]!])),
    short: types.flatMap((type, i) => (got[i]! < k ? [{ type, wanted: k, got: got[i]!, available: available[i]! }] : [])),
  };
}

/** The document as the sample may hold it; null where it may not. */
function reduce(document: Document, types: ReadonlyMap<string, number>, without: 'texts' | 'spans'): Document | null {
  if (document.spans.every(({ type }) => types.has(type))) return document;
  return without === 'texts' ? null : { ...document, spans: document.spans.filter(({ type }) => types.has(type)) };
}

function countTypes({ spans }: Document, place: ReadonlyMap<string, number>): [type: number, count: number][] {
  const counts = new Map<number, number>();
  for (const { type } of spans) counts.set(place.get(type)!, (counts.get(place.get(type)!) ?? 0) + 1);
  return [...counts];
}
