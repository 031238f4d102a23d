import type { Dim } from '../artifacts/manifest.ts';
import type { Shape } from './value.ts';

/** `[batch * tokens, 384]` */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Number of elements of a tensor whose sizes are all known. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

/** Number of elements as a known factor and the sorted names of the unknown ones. */
function elements(shape: Shape): { known: number; unknown: string[] } {
  let known = 1;
  const unknown: string[] = [];
  for (const dim of shape) {
    if (typeof dim === 'number') known *= dim;
    else
      for (const factor of dim.split(' * ')) {
        if (/^\d+$/.test(factor)) known *= Number(factor);
        else unknown.push(factor);
      }
  }
  return { known, unknown: unknown.sort() };
}

/** The product of sizes, as one size: `product('batch', 'tokens')` is `batch * tokens`. */
export function product(...dims: Dim[]): Dim {
  const { known, unknown } = elements(dims);
  if (unknown.length === 0) return known;
  return (known === 1 ? unknown : [String(known), ...unknown]).join(' * ');
}

export function sameSize(a: Shape, b: Shape): boolean {
  return product(...a) === product(...b);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** An axis counted from the front. */
export function axisOf(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) throw new Error(`Axis ${axis} does not exist in a tensor of rank ${rank}.`);
  return positive;
}

/** Shape of an elementwise operation under NumPy broadcasting. */
export function broadcast(a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new Error(`Shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: axis ${axis} has ${left} and ${right}.`);
    }
    return left === 1 ? right : left;
  });
}
