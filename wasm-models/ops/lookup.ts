import type { DType } from '../graph/value.ts';
import { DATA_TYPES } from '../onnx/data-types.ts';
import type { Op } from './op.ts';

const TYPE_OF = new Map<unknown, DType>(Object.entries(DATA_TYPES).map(([dtype, number]) => [number, dtype as DType]));

/**
 * Rows of a table. Its gradient stays out of the graph: a scatter needs a zeroed copy that captured runs do not replay.
 * Ask for the gradient of the rows; the engine sums them by row.
 */
export const Gather: Op = {
  attributes: { axis: 'int' },
  results: ([table, rows], { axis = 0 }) => {
    if (axis !== 0) throw new Error('only rows (axis 0) are supported.');
    return [{ shape: [...rows!.shape, ...table!.shape.slice(1)], dtype: table!.dtype }];
  },
  gradient: 'forbidden',
};

/** Changes the element type; `to` is an ONNX type number. */
export const Cast: Op = {
  attributes: { to: 'int' },
  results: ([x], { to }) => [{ shape: x!.shape, dtype: TYPE_OF.get(to)! }],
  gradient: 'constant',
};

/** Running sum along an axis, which is an input. Exported models count positions with it. */
export const CumSum: Op = {
  results: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  gradient: 'forbidden',
};
