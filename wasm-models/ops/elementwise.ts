import { broadcast } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';
import type { GradientRule, Op } from './op.ts';

const unary = (gradient: GradientRule): Op => ({
  results: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  gradient,
});

const binary = (gradient: GradientRule): Op => ({
  results: ([a, b]) => {
    if (a!.dtype !== b!.dtype) throw new Error(`operand types ${a!.dtype} and ${b!.dtype} differ.`);
    return [{ shape: broadcast(a!.shape, b!.shape), dtype: a!.dtype }];
  },
  gradient,
});

const operands = (inputs: readonly Value[]) => inputs as [Value, Value];

// d(a + b) = da + db
export const Add = binary((_, [dy]) => [dy!, dy!]);

// d(a − b) = da − db
export const Sub = binary((g, [dy]) => [dy!, g.op('Neg', [dy!])]);

// d(a · b) = b·da + a·db
export const Mul = binary((g, [dy], { inputs }) => {
  const [a, b] = operands(inputs);
  return [g.op('Mul', [dy!, b]), g.op('Mul', [dy!, a])];
});

// d(a / b) = da / b − (a / b)·db / b
export const Div = binary((g, [dy], { inputs, outputs }) => {
  const [, b] = operands(inputs);
  const da = g.op('Div', [dy!, b]);
  return [da, g.op('Neg', [g.op('Mul', [da, outputs[0]!])])];
});

// d(−x) = −dx
export const Neg = unary((g, [dy]) => [g.op('Neg', [dy!])]);

/** Bounds are inputs: smallest, largest. Exported models turn counts into 0 and 1 with it. */
export const Clip: Op = {
  results: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  gradient: 'forbidden',
};

// d exp(x) = exp(x)·dx
export const Exp = unary((g, [dy], { outputs }) => [g.op('Mul', [dy!, outputs[0]!])]);

// d √x = dx / 2√x
export const Sqrt = unary((g, [dy], { outputs }) => [g.op('Div', [dy!, g.op('Mul', [outputs[0]!, g.scalar(2)])])]);

// d log(x) = dx / x
export const Log = unary((g, [dy], { inputs }) => [g.op('Div', [dy!, inputs[0]!])]);

// d erf(x) = 2/√π · exp(−x²)·dx, written exp(ln(2/√π) − x²)
export const Erf = unary((g, [dy], { inputs: [x] }) => {
  const exponent = g.op('Sub', [g.scalar(Math.log(2 / Math.sqrt(Math.PI))), g.op('Mul', [x!, x!])]);
  return [g.op('Mul', [dy!, g.op('Exp', [exponent])])];
});
