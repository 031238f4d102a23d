import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contiguous, inverse, merged, permuted, reshaped, sliced, spread, type Layout } from '../../../wasm-models/wgsl/layout.ts';

/** Positions of all elements, in order. */
function positions({ offset, shape, strides }: Layout): number[] {
  return shape.reduce<number[]>((starts, size, axis) => starts.flatMap((start) => Array.from({ length: size }, (_, index) => start + index * strides[axis]!)), [offset]);
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

/** A shape and an order of its axes. */
const ordered = shapes.chain((shape) => fc.tuple(fc.constant(shape), fc.shuffledSubarray(shape.map((_, axis) => axis), { minLength: shape.length })));

describe('layouts', () => {
  test('count through a tensor in order', () => {
    fc.assert(fc.property(shapes, (shape) => void expect(positions(contiguous(shape))).toEqual(Array.from({ length: product(shape) }, (_, index) => index))));
  });

  test('put axes into another order, and back', () => {
    expect(positions(permuted(contiguous([2, 3]), [1, 0]))).toEqual([0, 3, 1, 4, 2, 5]);
    fc.assert(fc.property(ordered, ([shape, axes]) => void expect(permuted(permuted(contiguous(shape), axes), inverse(axes))).toEqual(contiguous(shape))));
  });

  test('read under another shape what they read, or say that it would have to be moved', () => {
    expect(reshaped(permuted(contiguous([2, 3]), [1, 0]), [6])).toBeNull();
    expect(reshaped(permuted(contiguous([2, 3]), [1, 0]), [3, 1, 2])).toMatchObject({ strides: [1, 0, 3] });
    let possible = 0;
    fc.assert(
      fc.property(ordered, fc.integer({ min: 1, max: 4 }), ([shape, axes], first) => {
        const layout = permuted(contiguous(shape), axes);
        const count = product(shape);
        for (const to of [[count], [1, count], ...(count % first === 0 ? [[first, count / first], [count / first, 1, first]] : []), layout.shape]) {
          const read = reshaped(layout, to);
          if (!read) continue;
          possible++;
          expect(read.shape).toEqual(to);
          expect(positions(read)).toEqual(positions(layout));
        }
      }),
    );
    expect(possible).toBeGreaterThan(100);
  });

  test('always read what lies in order under any shape', () => {
    expect(reshaped(contiguous([4, 6]), [2, 2, 3, 2])).toMatchObject({ strides: [12, 6, 2, 1] });
    expect(reshaped(contiguous([]), [1, 1])).toMatchObject({ shape: [1, 1] });
  });

  test('take a part along an axis', () => {
    expect(positions(sliced(contiguous([2, 4]), 1, 1, 2))).toEqual([1, 2, 5, 6]);
  });

  test('repeat what has one position or none', () => {
    expect(positions(spread(contiguous([2, 1]), [2, 3]))).toEqual([0, 0, 0, 1, 1, 1]);
    expect(positions(spread(contiguous([3]), [2, 3]))).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('walk neighbouring axes as one where they can', () => {
    expect(merged([2, 3, 4], [12, 4, 1])).toEqual([{ size: 24, stride: 1 }]);
    expect(merged([2, 1, 4], [0, 7, 0])).toEqual([{ size: 8, stride: 0 }]);
    expect(merged([2, 3], [1, 2])).toEqual([{ size: 2, stride: 1 }, { size: 3, stride: 2 }]);
  });
});
