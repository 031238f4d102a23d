import { compareCodePoints } from '../../text/order.ts';
import type { Span, WordRange } from '../../text/span.ts';
import { wordsUnder } from '../../text/tags.ts';
import type { Random } from '../random.ts';
import type { OverlapPolicy } from './policy.ts';
import { settleOverlaps } from './settle.ts';

/** Labels of a text as it is learnt from. */
export interface TrainingLabels {
  /** Labels that share no word, but with `mix`. Those without a word are among them. */
  spans: Span[];
  /** Labels that share a word with one that is kept. */
  leftOut: number;
}

/** Settles labels of one text that share words: first those made by hand by the policy, then the others, of which none takes a word from those. */
export function settleLabels(words: readonly WordRange[], spans: readonly Span[], policy: OverlapPolicy, random: () => Random): TrainingLabels {
  if (spans.length < 2) return { spans: [...spans], leftOut: 0 };
  const byHand = settleOverlaps(words, [], spans.filter(({ source }) => source === 'manual'), policy, random);
  const others = settleOverlaps(words, byHand.kept, spans.filter(({ source }) => source !== 'manual'), policy, random);
  return {
    spans: [byHand, others].flatMap(({ kept, wordless }) => [...kept, ...wordless]),
    leftOut: byHand.lost.length + others.lost.length + others.covered.length,
  };
}

/**
 * The BIO tags that spans give each word they touch, in order of code points: several where spans disagree. Spans whose borders differ
 * compete word by word: a word that only one of them touches has its tag alone.
 */
export function tagsByWord(words: readonly WordRange[], spans: readonly Span[]): Map<number, string[]> {
  const byWord = new Map<number, string[]>();
  for (const span of spans) {
    const under = wordsUnder(words, span);
    for (let word = under?.first ?? 0; word <= (under?.last ?? -1); word++) {
      const tag = `${word === under!.first ? 'B' : 'I'}-${span.type}`;
      const tags = byWord.get(word) ?? [];
      if (!tags.includes(tag)) byWord.set(word, [...tags, tag].sort(compareCodePoints));
    }
  }
  return byWord;
}
