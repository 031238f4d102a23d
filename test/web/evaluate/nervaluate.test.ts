import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../web/src/evaluate/match.ts';
import { scoreNervaluate, SCHEMAS } from '../../../web/src/evaluate/nervaluate.ts';
import type { Schema, SchemaScore } from '../../../web/src/evaluate/nervaluate.ts';
import { lenientEntities } from '../../../web/src/text/entities.ts';
import { readTagFixture, unpackTags } from './tag-fixture.ts';

const fixture = readTagFixture<{ overall: number[][]; types: Record<string, number[][]> }>('nervaluate-scores.json');

const entities = (packed: string): Entity[][] =>
  unpackTags(packed, fixture.types).map((tags) => lenientEntities(tags).map(({ type, first, last }) => ({ type, start: first, end: last + 1 })));

function expectEqual(scores: Record<Schema, SchemaScore>, expected: number[][], where: string): void {
  SCHEMAS.forEach((schema, i) => {
    const { correct, incorrect, partial, missed, spurious, precision, recall, f1 } = scores[schema];
    [correct, incorrect, partial, missed, spurious, precision, recall, f1].forEach((value, j) =>
      expect(Math.abs(value - expected[i]![j]!), `${where}, ${schema}, number ${j + 1}`).toBeLessThan(1e-9),
    );
  });
}

describe('scoreNervaluate', () => {
  it('equals nervaluate 1.2.1 on 1,000 random sequences under the four schemas, overall and by type', () => {
    expect(fixture.cases.flatMap(({ gold }) => gold.split('|'))).toHaveLength(1000);
    fixture.cases.forEach((item, i) => {
      const scores = scoreNervaluate(entities(item.gold), entities(item.predicted));
      expectEqual(scores.overall, item.overall, `case ${i + 1}`);
      expect(Object.keys(scores.types)).toEqual(Object.keys(item.types));
      for (const [type, expected] of Object.entries(item.types)) expectEqual(scores.types[type]!, expected, `case ${i + 1}, ${type}`);
    });
  });

  it('gives a prediction with the right type and one border wrong half a point under partial, a whole one under type', () => {
    const { overall } = scoreNervaluate([[{ start: 0, end: 3, type: 'a' }]], [[{ start: 0, end: 2, type: 'a' }]]);
    expect([overall.strict.f1, overall.exact.f1, overall.partial.f1, overall.type.f1]).toEqual([0, 0, 0.5, 1]);
  });
});
