import { variance } from 'simple-statistics';
import type { Scores } from './score.ts';

/** Population variance of F1 over types; 0 where there is none. Types without gold entities have no F1 to speak of and are left out. */
export function varianceOverTypes(scores: Scores): number {
  const values = Object.values(scores.types).flatMap(({ f1, support }) => (support ? [f1] : []));
  return values.length ? variance(values) : 0;
}
