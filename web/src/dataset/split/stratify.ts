import { compareCodePoints } from '../../text/order.ts';
import type { Split } from '../document.ts';
import type { Random } from '../random.ts';
import { SPLITS } from './shares.ts';
import type { Unit } from './units.ts';

/**
 * Iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011: On the Stratification of Multi-Label Data, algorithm 1): the type
 * with the fewest spans left is dealt out first, each text to the split that still lacks most of that type, then to the one that
 * lacks most texts, then by lot. Here a text counts with the number of its spans and not once, since entities are to be shared out:
 * on CrossNER the shares of types then differ from those wanted by a third of what they do otherwise. Units come in random order.
 */
export function stratify(units: readonly Unit[], sizes: Readonly<Record<Split, number>>, random: Random): Split[] {
  const open = SPLITS.filter((split) => sizes[split] > 0);
  const total = units.reduce((sum, { positions }) => sum + positions.length, 0);
  const types = [...new Set(units.flatMap((unit) => [...unit.types.keys()]))].sort(compareCodePoints);
  const number = new Map(types.map((type, i) => [type, i]));
  const counts = units.map((unit) => [...unit.types].map(([type, count]) => [number.get(type)!, count] as const));
  const holders = types.map((): number[] => []);
  const left = new Float64Array(types.length);
  counts.forEach((own, unit) => {
    for (const [type, count] of own) {
      holders[type]!.push(unit);
      left[type]! += count;
    }
  });
  /** What each split still lacks: of each type, and of texts. */
  const lacking = open.map((split) => left.map((count) => (count * sizes[split]) / total));
  const room = open.map((split) => sizes[split]);
  const result = new Array<Split | undefined>(units.length);

  const assign = (unit: number, chosen: number): void => {
    result[unit] = open[chosen]!;
    room[chosen]! -= units[unit]!.positions.length;
    for (const [type, count] of counts[unit]!) {
      lacking[chosen]![type]! -= count;
      left[type]! -= count;
    }
  };
  for (;;) {
    const rarest = left.reduce((best, count, type) => (count > 0 && (best < 0 || count < left[best]!) ? type : best), -1);
    if (rarest < 0) break;
    for (const unit of holders[rarest]!) if (!result[unit]) assign(unit, choose(lacking.map((lacks) => lacks[rarest]!), room, random));
  }
  units.forEach((_, unit) => result[unit] ?? assign(unit, choose(room, room, random)));
  return result as Split[];
}

/** The place of the largest value; of several, that with the larger second value; of several of these, one by lot. */
function choose(values: readonly number[], second: readonly number[], random: Random): number {
  let best: number[] = [];
  values.forEach((value, i) => {
    const other = best[0];
    // What floating point cannot tell apart is equal.
    const more = other === undefined ? 1 : Math.abs(value - values[other]!) > 1e-9 ? value - values[other]! : second[i]! - second[other]!;
    if (more > 0) best = [i];
    else if (more === 0) best.push(i);
  });
  return best[best.length > 1 ? random.integer(best.length) : 0]!;
}
