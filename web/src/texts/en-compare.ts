import { numbers } from './numbers.ts';

const { count, score } = numbers('en');
const many = (n: number, one: string, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;
const points = (share: number) => (100 * share).toFixed(1).replace('-', '−');
const listed = (names: readonly string[]) => names.join(', ');

/** Words of the comparison of two taggers. */
export const enCompare = {
  title: 'Compare two taggers',
  lead: 'Both read the same labelled texts; what is hard for both then makes no difference between them.',
  back: 'One tagger’s scores',
  first: 'First tagger',
  second: 'Second tagger',
  option: (name: string, created: string) => `${name} · ${created}`,
  on: 'Texts',
  places: { test: 'Test split', dev: 'Development split', all: 'All labelled texts' },
  place: (name: string, texts: number) => `${name} (${many(texts, 'text')})`,
  learnt: 'A tagger that learnt from these texts looks better here than it is. The test split is fair.',
  chosen: 'A tagger that was chosen by the development split looks a little better on it than it is. The test split is fair.',
  onlyOne: 'It takes two: there is one tagger in this browser. Train another one, or bring one on the Export page.',
  toTrain: 'Train another',
  noTexts: 'This workspace has no labelled texts to compare on.',
  toData: 'To the texts',
  same: 'Choose two different taggers.',
  go: 'Compare',
  again: 'Compare again',
  working: (name: string, done: number) => `${name} reads the texts: tagger ${done + 1} of 2`,
  stop: 'Stop',
  stopped: 'Stopped before both had read all texts.',
  failedTitle: 'They could not be compared',
  result: 'Which is better',
  /** A name of its own for each of two taggers that are called the same. */
  alike: (name: string, place: 0 | 1) => `${name} (${place === 0 ? 'first' : 'second'})`,
  better: (winner: string, loser: string, gap: number, low: number, high: number) => `“${winner}” is better than “${loser}”, by ${points(gap)} points of F1 (95 % interval ${points(low)} to ${points(high)}).`,
  open: (first: string, second: string, gap: number, low: number, high: number) =>
    `No difference is shown. “${second}” is ${points(Math.abs(gap))} points of F1 ${gap < 0 ? 'below' : 'above'} “${first}”, and that may be chance: the 95 % interval reaches from ${points(low)} to ${points(high)}.`,
  equal: 'Both have the same F1, whichever of the texts are looked at.',
  few: (texts: number, entities: number) => `${many(texts, 'text')} with ${many(entities, 'name')} are too few for any difference to mean much.`,
  basis: (texts: number, entities: number) => `On ${many(texts, 'text')} with ${many(entities, 'name')}; intervals by a paired bootstrap over texts.`,
  leftOut: (name: string, types: readonly string[]) => `“${name}” also finds ${listed(types)}; these texts are not labelled for ${types.length === 1 ? 'it' : 'them'}, so that counts neither for nor against it.`,
  unknown: (name: string, types: readonly string[]) => `“${name}” never learnt ${listed(types)}, and misses all of ${types.length === 1 ? 'it' : 'them'}.`,
  overall: 'Both, over all types',
  tagger: 'Tagger',
  precision: 'Precision',
  recall: 'Recall',
  f1: 'F1',
  interval: '95 % interval of F1',
  between: (low: number, high: number) => `${score(low)} to ${score(high)}`,
  byType: 'By type',
  type: 'Type',
  support: 'Support',
  f1Of: (name: string) => `F1, ${name}`,
  difference: 'Difference',
  points: (share: number) => `${share > 0 ? '+' : ''}${points(share)}`,
  texts: 'Texts they tag differently',
  kinds: { all: 'All', first: 'First right', second: 'Second right', neither: 'Neither right' },
  none: 'There is no such text.',
};
