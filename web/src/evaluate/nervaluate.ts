import { compareCodePoints } from '../text/order.ts';
import { checkLengths } from './match.ts';
import type { Entity } from './match.ts';
import type { Score } from './score.ts';

/**
 * The four ways of SemEval-2013 task 9.1 in which a prediction can be held against gold, as the package nervaluate counts them:
 * `strict` range and type, `exact` range whatever the type, `partial` any overlap (half a point where the range differs) whatever
 * the type, `type` the type with any overlap.
 */
export type Schema = 'strict' | 'exact' | 'partial' | 'type';

export const SCHEMAS: readonly Schema[] = ['strict', 'exact', 'partial', 'type'];

/** Outcomes under one schema. `possible` is all of gold, `actual` all that was predicted. */
export interface SchemaScore extends Score {
  correct: number;
  incorrect: number;
  partial: number;
  missed: number;
  spurious: number;
  possible: number;
  actual: number;
}

export interface NervaluateScores {
  overall: Record<Schema, SchemaScore>;
  /** Each type alone: entities of other types are left out on both sides, so a wrong type is a miss here and a spurious one there. */
  types: Record<string, Record<Schema, SchemaScore>>;
}

/** Scores of texts under the four schemas, overall and by type. Order matters, as in nervaluate: a prediction takes the first gold that fits. */
export function scoreNervaluate(gold: readonly (readonly Entity[])[], predicted: readonly (readonly Entity[])[]): NervaluateScores {
  checkLengths(gold, predicted);
  const types = [...new Set([...gold, ...predicted].flat().map(({ type }) => type))].sort(compareCodePoints);
  return {
    overall: scoreSchemas(gold, predicted),
    types: Object.fromEntries(
      types.map((type) => {
        const only = (texts: readonly (readonly Entity[])[]): Entity[][] => texts.map((entities) => entities.filter((entity) => entity.type === type));
        return [type, scoreSchemas(only(gold), only(predicted))];
      }),
    ),
  };
}

function scoreSchemas(gold: readonly (readonly Entity[])[], predicted: readonly (readonly Entity[])[]): Record<Schema, SchemaScore> {
  const score = (schema: Schema): SchemaScore => {
    const tally: Tally = { correct: 0, incorrect: 0, partial: 0, missed: 0, spurious: 0 };
    gold.forEach((entities, i) => compare(schema, entities, predicted[i]!, tally));
    return withScore(tally);
  };
  return { strict: score('strict'), exact: score('exact'), partial: score('partial'), type: score('type') };
}

interface Tally {
  correct: number;
  incorrect: number;
  partial: number;
  missed: number;
  spurious: number;
}

function withScore(tally: Tally): SchemaScore {
  const { correct, incorrect, partial, missed, spurious } = tally;
  const actual = correct + incorrect + partial + spurious;
  const possible = correct + incorrect + partial + missed;
  const points = correct + 0.5 * partial;
  const precision = actual ? points / actual : 0;
  const recall = possible ? points / possible : 0;
  return { ...tally, possible, actual, precision, recall, f1: points ? (2 * precision * recall) / (precision + recall) : 0 };
}

/** How good a pair is under a schema, before any overlap is considered. */
const MATCHES: Record<Schema, (gold: Entity, predicted: Entity) => boolean> = {
  strict: (gold, predicted) => sameRange(gold, predicted) && gold.type === predicted.type,
  exact: sameRange,
  partial: sameRange,
  type: (gold, predicted) => gold.type === predicted.type && overlaps(gold, predicted),
};

function compare(schema: Schema, gold: readonly Entity[], predicted: readonly Entity[], tally: Tally): void {
  const taken = new Set<number>();
  for (const guess of predicted) {
    let match = -1;
    let distance = Infinity;
    let near = -1;
    for (let i = 0; i < gold.length; i++) {
      if (taken.has(i)) continue;
      const entity = gold[i]!;
      if (MATCHES[schema](entity, guess)) {
        // Only under `type` can several fit; nervaluate takes the one with the closest borders.
        const apart = Math.abs(entity.start - guess.start) + Math.abs(entity.end - guess.end);
        if (apart < distance) [match, distance] = [i, apart];
        if (schema !== 'type') break;
      } else if (near < 0 && overlaps(entity, guess)) near = i;
    }
    if (match >= 0) tally.correct++;
    else if (near >= 0) tally[schema === 'partial' ? 'partial' : 'incorrect']++;
    else tally.spurious++;
    taken.add(match >= 0 ? match : near);
  }
  taken.delete(-1);
  tally.missed += gold.length - taken.size;
}

function sameRange(a: Entity, b: Entity): boolean {
  return a.start === b.start && a.end === b.end;
}

/** At least 1 % of the gold entity is covered: nervaluate's default. */
function overlaps(gold: Entity, predicted: Entity): boolean {
  const shared = Math.min(gold.end, predicted.end) - Math.max(gold.start, predicted.start);
  return shared > 0 && (shared / (gold.end - gold.start)) * 100 >= 1;
}
