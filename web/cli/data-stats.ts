import type { Document } from '../src/dataset/document.ts';
import { countLabels, sumOf, type BySplit } from '../src/dataset/facts/counts.ts';
import { alsoInTrain, differentlyLabelled, duplicates, nearDuplicates } from '../src/dataset/facts/duplicates.ts';
import { labelEntropy } from '../src/dataset/facts/entropy.ts';
import { lengths, type Spread } from '../src/dataset/facts/lengths.ts';
import { findOccurrences } from '../src/dataset/facts/occurrences.ts';
import { ambiguousStrings, countStrings, frequentStrings } from '../src/dataset/facts/strings.ts';
import { suspiciousLabels, type Suspicion } from '../src/dataset/facts/suspicious.ts';
import { wordsOfAll } from '../src/dataset/facts/words.ts';
import { percent } from './percent.ts';
import { table } from './table.ts';
import type { Outcome } from './verb.ts';

/** Entries of each list; all are counted. */
const SHOWN = 20;

const KINDS = ['type', 'missed', 'boundary'] as const satisfies Suspicion['kind'][];

/** What documents hold, as `data stats` tells it. */
export function dataStats(documents: readonly Document[], language: string, notes: string[]): Outcome {
  const words = wordsOfAll(documents, language);
  const labels = countLabels(documents);
  const long = lengths(documents, words);
  const entropy = labelEntropy(documents, words);
  const occurrences = findOccurrences(documents, words);
  const strings = countStrings(occurrences);
  const ambiguous = ambiguousStrings(strings, Infinity);
  const suspicious = suspiciousLabels(documents, words, occurrences, language);
  const [same, near, leaks] = [duplicates(documents), nearDuplicates(documents), alsoInTrain(documents)];
  const unlike = differentlyLabelled(documents, same);
  const place = (index: number): string => documents[index]!.id;
  const ofKind = (kind: Suspicion['kind']): Suspicion[] => suspicious.filter((suspicion) => suspicion.kind === kind);
  return {
    json: {
      ...{ labels, lengths: long, entropy },
      frequent: frequentStrings(strings, 5),
      ambiguous: { count: ambiguous.length, first: ambiguous.slice(0, SHOWN) },
      duplicates: { count: same.length, first: same.slice(0, SHOWN).map((twins) => twins.map(place)) },
      differentlyLabelled: { count: unlike.length, first: unlike.slice(0, SHOWN).map((twins) => twins.map(place)) },
      nearDuplicates: { count: near.length, first: near.slice(0, SHOWN).map((twins) => twins.map(place)) },
      alsoInTrain: { count: leaks.length, ids: leaks.map(({ index }) => place(index)) },
      suspicious: Object.fromEntries(
        KINDS.map((kind) => [kind, { count: ofKind(kind).length, first: ofKind(kind).slice(0, SHOWN).map(({ index, ...suspicion }) => ({ ...suspicion, id: place(index) })) }]),
      ),
      notes,
    },
    text: [
      table(['', 'train', 'dev', 'test', 'no split', 'all'], [
        ...labels.types.map(({ type, spans }) => row(type, spans)),
        row('all entities', labels.spans),
        row('texts', labels.documents),
        row('without entities', labels.withoutSpans),
      ]),
      '',
      table(['', 'mean', 'least', '5 %', 'median', '95 %', 'most'], [
        spreadRow('words of a text', long.words),
        spreadRow('entities of a text', long.spans),
        spreadRow('words of an entity', long.spanWords),
      ]),
      '',
      `Entropy of the types ${entropy.types.toFixed(2)} of ${entropy.mostTypes.toFixed(2)} bits; ${percent(entropy.outside)} % of the words belong to no entity.`,
      `Texts that occur several times: ${same.length}, not labelled alike: ${unlike.length}; that differ in digits or punctuation alone: ${near.length}. Texts of dev and test that are also in train: ${leaks.length}.`,
      `Suspicious labels: ${KINDS.map((kind) => `${ofKind(kind).length} ${kind}`).join(', ')}. Ambiguous strings: ${ambiguous.length}${ambiguous.length ? `, first ${ambiguous.slice(0, 5).map(({ text }) => `"${text}"`).join(', ')}` : ''}.`,
    ].join('\n'),
  };
}

function row(name: string, counts: BySplit): string[] {
  return [name, ...[counts.train, counts.dev, counts.test, counts.none, sumOf(counts)].map((count) => count.toLocaleString('en'))];
}

function spreadRow(name: string, { mean, minimum, lowerTwentieth, median, upperTwentieth, maximum }: Spread): string[] {
  return [name, mean.toFixed(1), ...[minimum, lowerTwentieth, median, upperTwentieth, maximum].map((value) => String(Math.round(value)))];
}
