/** Where the elements of a tensor lie in a storage: element `[i, j, …]` at `offset + i·strides[0] + j·strides[1] + …`. */
export interface Layout {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Row by row from the start, without gaps. */
export function contiguous(shape: readonly number[]): Layout {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  return { offset: 0, shape, strides };
}

/** The axes in another order, as ONNX' Transpose has it: axis `i` of the result is axis `axes[i]`. */
export function permuted({ offset, shape, strides }: Layout, axes: readonly number[]): Layout {
  return { offset, shape: axes.map((axis) => shape[axis]!), strides: axes.map((axis) => strides[axis]!) };
}

/** The order that undoes another. */
export function inverse(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}

/** `size` positions along an axis, from `start` on. */
export function sliced({ offset, shape, strides }: Layout, axis: number, start: number, size: number): Layout {
  return { offset: offset + start * strides[axis]!, shape: shape.map((former, index) => (index === axis ? size : former)), strides };
}

/** Read as another tensor with the leading axes or axes of one position repeated, by NumPy's rule: the last axes correspond. */
export function spread({ offset, shape, strides }: Layout, to: readonly number[]): Layout {
  const missing = to.length - shape.length;
  return { offset, shape: to, strides: to.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing]!)) };
}

/** The same elements in the same order under another shape; null where they would have to be moved for it. */
export function reshaped({ offset, shape, strides }: Layout, to: readonly number[]): Layout | null {
  const runs = merged(shape, strides);
  const result: number[] = [];
  let run = runs.shift() ?? { size: 1, stride: 1 };
  let left = run.size;
  for (const size of to) {
    if (size === 1) {
      result.push(0);
      continue;
    }
    if (left === 1) {
      run = runs.shift()!;
      left = run.size;
    }
    if (left % size !== 0) return null;
    left /= size;
    result.push(left * run.stride);
  }
  return { offset, shape: to, strides: result };
}

/** Axes that are walked as one: neighbours of which the first goes on where the second ends. Axes of one position are left out. */
export function merged(shape: readonly number[], strides: readonly number[]): { size: number; stride: number }[] {
  const runs: { size: number; stride: number }[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const stride = strides[axis]!;
    const last = runs.at(-1);
    if (last && last.stride === stride * size) runs.splice(-1, 1, { size: last.size * size, stride });
    else runs.push({ size, stride });
  });
  return runs;
}
