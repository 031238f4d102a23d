import { describe, expect, it } from 'vitest';
import type { Score, Scores } from '../../../web/src/evaluate/score.ts';
import { scoreTags } from '../../../web/src/evaluate/score-tags.ts';
import { readTagFixture, unpackTags } from './tag-fixture.ts';

type Row = [precision: number, recall: number, f1: number];
interface Expected {
  averages: [micro: Row, macro: Row, weighted: Row];
  types: Record<string, [...Row, support: number]>;
}
const fixture = readTagFixture<{ default: Expected | null; strict?: Expected | null }>('seqeval-scores.json');

const row = ({ precision, recall, f1 }: Score): Row => [precision, recall, f1];

/** Largest difference from seqeval's report; Infinity where the types differ. */
function difference(scores: Scores, expected: Expected | null): number {
  if (!expected) return Object.keys(scores.types).length + scores.micro.f1 + scores.macro.f1 + scores.weighted.f1;
  if (Object.keys(scores.types).join() !== Object.keys(expected.types).join()) return Infinity;
  const ours = [scores.micro, scores.macro, scores.weighted].flatMap(row).concat(
    Object.values(scores.types).flatMap((score) => [...row(score), score.support]),
  );
  const theirs = [...expected.averages.flat(), ...Object.values(expected.types).flat()];
  return Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)));
}

describe('scoreTags', () => {
  it.each(['default', 'strict'] as const)("equals seqeval's scores on 1,000 random sequences, malformed and empty ones included: %s mode", (mode) => {
    let sequences = 0;
    fixture.cases.forEach((item, i) => {
      const expected = item[mode];
      if (expected === undefined) return;
      const [gold, predicted] = [unpackTags(item.gold, fixture.types), unpackTags(item.predicted, fixture.types)];
      expect(difference(scoreTags(gold, predicted, mode), expected), `case ${i + 1}`).toBeLessThan(1e-9);
      sequences += gold.length;
    });
    expect(sequences).toBeGreaterThanOrEqual(1000);
  });

  it('scores 0 everywhere without entities', () => {
    const zero = { precision: 0, recall: 0, f1: 0 };
    expect(scoreTags([['O'], []], [['O'], []])).toEqual({ micro: zero, macro: zero, weighted: zero, types: {} });
  });

  it('refuses sequences of different lengths and, in strict mode, tags of other schemes', () => {
    expect(() => scoreTags([['O', 'O']], [['O']])).toThrow('Sentence 1 has 2 gold tags and 1 predicted ones');
    expect(() => scoreTags([['O']], [])).toThrow('1 gold texts and 0 predicted ones');
    expect(() => scoreTags([['S-a']], [['S-a']], 'strict')).toThrow('"S-a"');
  });
});
