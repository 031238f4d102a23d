import { countLabels, type LabelCounts } from '../../dataset/facts/counts.ts';
import { alsoInTrain, duplicates, nearDuplicates, type Twins } from '../../dataset/facts/duplicates.ts';
import { labelEntropy } from '../../dataset/facts/entropy.ts';
import { lengths } from '../../dataset/facts/lengths.ts';
import { ambiguousStrings, countStrings, frequentStrings } from '../../dataset/facts/strings.ts';
import { suspiciousLabels, type Suspicion } from '../../dataset/facts/suspicious.ts';
import { agreement, agreementInterval } from '../../evaluate/agreement.ts';
import type { Held } from './held.ts';
import type { AgreementAnswer, AgreementSettings, Questions, Repeats, StringFacts, SuspicionFacts, TwinFacts } from './protocol.ts';

/** As much as one looks at; the numbers count all. */
const most = { groups: 20, twins: 6, strings: 8, ambiguous: 60, suspicions: 150 };

export const answerCounts = ({ documents }: Held): LabelCounts => countLabels(documents);

export const answerLengths = ({ documents, words }: Held): Questions['lengths']['answer'] => ({ lengths: lengths(documents, words), entropy: labelEntropy(documents, words) });

export function answerTwins(held: Held): TwinFacts {
  const { documents } = held;
  const leaks = alsoInTrain(documents).map(({ index, split, twins }) => ({ position: held.positionOf(index), split, twins: twins.slice(0, 3).map((twin) => held.positionOf(twin)) }));
  return { same: repeats(held, duplicates(documents)), near: repeats(held, nearDuplicates(documents)), leaks };
}

function repeats(held: Held, groups: readonly Twins[]): Repeats {
  const spare = groups.flatMap((group) => {
    const seen = new Set<string>();
    return group.filter((index) => seen.size === seen.add(held.documents[index]!.split ?? 'none').size);
  });
  const largest = [...groups].sort((a, b) => b.length - a.length).slice(0, most.groups);
  return {
    groups: groups.length,
    documents: groups.reduce((sum, { length }) => sum + length, 0),
    spare: spare.map((index) => held.positionOf(index)),
    shown: largest.map((group) => ({ size: group.length, positions: group.slice(0, most.twins).map((index) => held.positionOf(index)) })),
  };
}

export function answerStrings({ occurrences }: Held): StringFacts {
  const strings = countStrings(occurrences);
  return { frequent: frequentStrings(strings, most.strings), ambiguous: ambiguousStrings(strings, most.ambiguous) };
}

export function answerSuspicions(held: Held): SuspicionFacts {
  const byKind: Record<Suspicion['kind'], number> = { type: 0, missed: 0, boundary: 0 };
  const shown = suspiciousLabels(held.documents, held.words, held.occurrences, held.dataset.language).flatMap((suspicion) =>
    byKind[suspicion.kind]++ < most.suspicions ? [{ ...suspicion, position: held.positionOf(suspicion.index) }] : [],
  );
  return { byKind, shown };
}

/** The seed of the interval: the same data gives the same one. */
const seed = 1;

export function answerAgreement({ documents, words }: Held, { first, second, among }: AgreementSettings): AgreementAnswer {
  return { ...agreement(documents, words, first, second, among), interval: agreementInterval(documents, first, second, seed, among) };
}
