import { axisOf } from '../graph/shape.ts';
import type { Op } from './op.ts';

// y = exp(x) / Σ exp(x) over the last axis; dx = y · (dy − Σ y·dy)
export const Softmax: Op = {
  attributes: { axis: 'int' },
  results: ([x], { axis }) => {
    if (axisOf(axis as number, x!.shape.length) !== x!.shape.length - 1) throw new Error('only the last axis is supported.');
    return [{ shape: x!.shape, dtype: x!.dtype }];
  },
  gradient: (g, [dy], { outputs: [y] }) => {
    const projection = g.op('ReduceSum', [g.op('Mul', [y!, dy!]), g.integers([-1])], { keepdims: 1 });
    return [g.op('Mul', [y!, g.op('Sub', [dy!, projection])])];
  },
};

/**
 * y = x̂·γ + β with x̂ = (x − mean)·r over the last axis (Ba, Kiros and Hinton 2016). The second and third output are mean and r.
 * With n the size of the axis: dγ = Σ dy·x̂, dβ = Σ dy, dx = r · (dy·γ − (dy·γ)ᵀ1/n − x̂ · ((dy·x̂)·γ)ᵀ1/n).
 * Both row means are products with γ/n, so that no product is written out for them.
 */
export const LayerNormalization: Op = {
  attributes: { axis: 'int', epsilon: 'float' },
  results: ([x, scale, bias], { axis }) => {
    const at = axisOf(axis as number, x!.shape.length);
    const width = x!.shape[at];
    if (at !== x!.shape.length - 1) throw new Error('only the last axis is supported.');
    if (scale!.shape[0] !== width || bias!.shape[0] !== width) throw new Error(`scale and bias need ${width} elements.`);
    const rows = [...x!.shape.slice(0, -1), 1];
    return [x!, { shape: rows, dtype: x!.dtype }, { shape: rows, dtype: x!.dtype }].map(({ shape, dtype }) => ({ shape, dtype }));
  },
  gradient: (g, [dy], { inputs: [x, scale], outputs: [, mean, inverse] }) => {
    const width = x!.shape.at(-1) as number;
    const direction = g.reshape(g.op('Mul', [scale!, g.scalar(1 / width)]), [width, 1]);
    const normal = g.op('Mul', [g.op('Sub', [x!, mean!]), inverse!]);
    const alongNormal = g.op('Mul', [dy!, normal]);
    const meanOfGradient = g.op('MatMul', [dy!, direction]);
    const meanAlongNormal = g.op('MatMul', [alongNormal, direction]);
    const removed = g.op('Add', [g.op('Mul', [normal, meanAlongNormal]), meanOfGradient]);
    const dx = g.op('Mul', [g.op('Sub', [g.op('Mul', [dy!, scale!]), removed]), inverse!]);
    return [dx, alongNormal, dy!];
  },
};
