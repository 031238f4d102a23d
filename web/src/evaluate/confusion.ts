import { compareCodePoints } from '../text/order.ts';
import { compareEntities } from './boundary.ts';
import { checkLengths } from './match.ts';
import type { Entity } from './match.ts';

/** Entities by gold label (rows) and predicted label (columns). The last label is `O`: missed entities in its column, spurious ones in its row. */
export interface Confusion {
  labels: string[];
  /** counts[gold][predicted] */
  counts: number[][];
}

/** Confusions of overlapping entities, paired as the error browser pairs them; borders may differ. `counts[O][O]` is 0: there is no entity to count. */
export function confusionMatrix(gold: readonly (readonly Entity[])[], predicted: readonly (readonly Entity[])[]): Confusion {
  checkLengths(gold, predicted);
  const types = [...new Set([...gold, ...predicted].flat().map(({ type }) => type))].sort(compareCodePoints);
  const outside = types.length;
  const index = new Map(types.map((type, i) => [type, i]));
  const counts = Array.from({ length: outside + 1 }, () => new Array<number>(outside + 1).fill(0));
  gold.forEach((entities, i) => {
    for (const pair of compareEntities(entities, predicted[i]!)) {
      const row = pair.gold ? index.get(pair.gold.type)! : outside;
      const column = pair.predicted ? index.get(pair.predicted.type)! : outside;
      counts[row]![column]!++;
    }
  });
  return { labels: [...types, 'O'], counts };
}
