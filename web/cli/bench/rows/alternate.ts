import { median } from '../../../src/train/quantile.ts';

/**
 * Runs each in turn, `rounds` times over, so that whatever else the machine does disturbs all alike.
 * What each gave, or the words in which it failed.
 */
export async function alternate<Name extends string, Result>(rounds: number, runs: Record<Name, () => Promise<Result>>): Promise<Record<Name, Result[] | string>> {
  const names = Object.keys(runs) as Name[];
  const given = new Map<Name, Result[]>(names.map((name) => [name, []]));
  const failures = new Map<Name, string>();
  for (let round = 0; round < rounds; round++) {
    for (const name of names.filter((each) => !failures.has(each))) {
      await runs[name]().then(
        (result) => void given.get(name)!.push(result),
        (error: unknown) => void failures.set(name, firstLine(error)),
      );
    }
  }
  return Object.fromEntries(names.map((name) => [name, failures.get(name) ?? given.get(name)!])) as Record<Name, Result[] | string>;
}

/** The median of one figure over rounds; of two rounds the mean, which favours neither. */
export function typical<Result>(results: Result[] | string, figure: (result: Result) => number): number | null {
  if (typeof results === 'string') return null;
  const values = results.map(figure);
  return values.length === 2 ? (values[0]! + values[1]!) / 2 : median(values);
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]!.replace(/^(?:page\.evaluate: |Error: )+/, '');
}
