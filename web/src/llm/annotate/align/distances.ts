/** Steps after which two sequences count as too different to be compared: some tenths of a second. Texts that share little take the product of their lengths. */
const MOST_STEPS = 10_000_000;

/** A point of the edit graph: the first `x` of one sequence against the first `y` of the other. */
export interface Point {
  x: number;
  y: number;
}

/** Edits that one sequence needs to become the other (an insertion or a deletion counts 1); null where they are too different to be compared. */
export function editDistance(a: Int32Array, b: Int32Array): number | null {
  const least = Math.abs(a.length - b.length);
  // Most pairs differ by little more than their lengths do, which is quickly seen.
  for (let more = 16; ; more *= 4) {
    const most = Math.min(least + more, a.length + b.length);
    const distance = paths(a, b, most, []);
    if (distance === 'too-many-steps') return null;
    if (distance !== Infinity) return distance;
  }
}

/**
 * Edits of the shortest way to each point. Ways that go on from a point to the end and need more than `most` edits in all are not
 * looked at: such points come as Infinity, or with too large a number.
 */
export function distancesTo(points: readonly Point[], a: Int32Array, b: Int32Array, most: number): number[] {
  const distances = points.map(() => Infinity);
  paths(a, b, most, points, (point, edits) => (distances[point] = edits));
  return distances;
}

/**
 * The greedy furthest-reaching paths of Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), kept to the diagonals
 * from which the end can still be reached in `most` edits. A diff tells one of the shortest ways; this tells the length of the ways
 * through many points, and so whether there is another way that is as short.
 * @returns the edits of the whole; Infinity where there are more than `most`
 */
function paths(a: Int32Array, b: Int32Array, most: number, points: readonly Point[], reached: (point: number, edits: number) => void = () => undefined): number | 'too-many-steps' {
  const [n, m] = [a.length, b.length];
  const furthest = new Int32Array(n + m + 3).fill(-1);
  const zero = m + 1;
  const waiting = byDiagonal(points, zero);
  let whole = Infinity;
  let steps = 0;
  for (let edits = 0; edits <= most; edits++) {
    // |k − (n − m)| edits are needed from diagonal k to that of the end.
    const lowest = Math.max(-edits, -m, n - m - (most - edits));
    const highest = Math.min(edits, n, n - m + (most - edits));
    for (let k = lowest + ((lowest + edits) & 1); k <= highest; k += 2) {
      let x = edits === 0 ? 0 : furthest[zero + k]!;
      // At the border of the graph a step begins before the furthest point, which is never a longer way.
      const fromLeft = furthest[zero + k - 1]!;
      if (fromLeft >= 0) x = Math.max(x, Math.min(fromLeft + 1, n));
      const fromAbove = furthest[zero + k + 1]!;
      if (fromAbove >= 0) x = Math.max(x, Math.min(fromAbove, m + k));
      if (x < 0) continue;
      const from = x;
      while (x < n && x - k < m && a[x] === b[x - k]) x++;
      steps += 1 + x - from;
      furthest[zero + k] = x;
      const wanted = waiting[zero + k];
      while (wanted?.length && points[wanted.at(-1)!]!.x <= x) reached(wanted.pop()!, edits);
    }
    if (whole === Infinity && furthest[zero + n - m] === n) whole = edits;
    if (steps > MOST_STEPS) return 'too-many-steps';
    if (whole !== Infinity && points.length === 0) break;
  }
  return whole;
}

/** Numbers of the points on each diagonal x − y, the furthest first; indices begin at `zero`. */
function byDiagonal(points: readonly Point[], zero: number): number[][] {
  const diagonals: number[][] = [];
  for (const [i, { x, y }] of points.entries()) (diagonals[zero + x - y] ??= []).push(i);
  for (const diagonal of diagonals) diagonal?.sort((one, other) => points[other]!.x - points[one]!.x);
  return diagonals;
}
