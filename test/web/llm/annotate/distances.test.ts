import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distancesTo, editDistance } from '../../../../web/src/llm/annotate/align/distances.ts';

/** Insertions and deletions between all prefixes, by the whole table. */
function table(a: Int32Array, b: Int32Array): number[][] {
  const rows = [Array.from({ length: b.length + 1 }, (_, y) => y)];
  for (let x = 1; x <= a.length; x++) {
    const row = [x];
    for (let y = 1; y <= b.length; y++) row.push(a[x - 1] === b[y - 1] ? rows[x - 1]![y - 1]! : 1 + Math.min(rows[x - 1]![y]!, row[y - 1]!));
    rows.push(row);
  }
  return rows;
}

const sequence = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }).map((values) => Int32Array.from(values));

test('the distance is that of the whole table', () => {
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      expect(editDistance(a, b)).toBe(table(a, b)[a.length]![b.length]);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('the distance to every point is that of the table, wherever a way through the point is short enough', () => {
  fc.assert(
    fc.property(sequence, sequence, fc.nat(6), (a, b, more) => {
      const heads = table(a, b);
      const tails = table(a.toReversed(), b.toReversed());
      const points = heads.flatMap((row, x) => row.map((_, y) => ({ x, y })));
      const most = heads[a.length]![b.length]! + more;
      for (const [i, distance] of distancesTo(points, a, b, most).entries()) {
        const { x, y } = points[i]!;
        if (heads[x]![y]! + tails[a.length - x]![b.length - y]! <= most) expect(distance).toBe(heads[x]![y]);
        else expect(distance).toBeGreaterThanOrEqual(heads[x]![y]!);
      }
    }),
    { seed: 2, numRuns: 300 },
  );
});

test('sequences of many thousands that share nothing are not compared to the end', () => {
  const a = Int32Array.from({ length: 30_000 }, (_, i) => i);
  expect(editDistance(a, a.map((value) => -value - 1))).toBeNull();
  expect(editDistance(a, a.subarray(10_000))).toBe(10_000);
});
