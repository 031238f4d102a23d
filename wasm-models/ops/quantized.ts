import { formatShape } from '../graph/shape.ts';
import type { Op } from './op.ts';

/**
 * A tensor as unsigned bytes that share one scale and one zero point, both found at run time: the smallest range that holds all numbers
 * and 0. Outputs: bytes, scale, zero point; number = (byte − zero point) · scale.
 */
export const DynamicQuantizeLinear: Op = {
  results: ([x]) => [
    { shape: x!.shape, dtype: 'uint8' },
    { shape: [], dtype: 'float32' },
    { shape: [], dtype: 'uint8' },
  ],
  gradient: 'forbidden',
};

/** Product of two byte matrices, exact in int32; inputs three and four are their zero points. */
export const MatMulInteger: Op = {
  results: ([a, b]) => {
    if (a!.shape.length !== 2 || b!.shape.length !== 2 || a!.shape[1] !== b!.shape[0]) throw new Error(`${formatShape(a!.shape)} and ${formatShape(b!.shape)} are no matrices whose inner sizes agree.`);
    return [{ shape: [a!.shape[0]!, b!.shape[1]!], dtype: 'int32' }];
  },
  gradient: 'forbidden',
};
