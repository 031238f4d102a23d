import type { Scores } from '../src/evaluate/score.ts';
import { table } from './table.ts';

/** 0.573 → "57.3". */
export function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** Scores in per cent: a row a type, then the averages. */
export function scoreTable({ types, micro, macro, weighted }: Scores): string {
  const total = Object.values(types).reduce((sum, { support }) => sum + support, 0);
  const rows = Object.entries(types).map(([type, score]) => ({ name: type, ...score }));
  const averages = [
    { name: 'micro', ...micro, support: total },
    { name: 'macro', ...macro, support: total },
    { name: 'weighted', ...weighted, support: total },
  ];
  return table(
    ['', 'precision', 'recall', 'F1', 'entities'],
    [...rows, ...averages].map(({ name, precision, recall, f1, support }) => [name, percent(precision), percent(recall), percent(f1), String(support)]),
  );
}
