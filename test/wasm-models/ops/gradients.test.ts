import { describe, expect, test } from 'vitest';
import { OPS, type OpName } from '../../../wasm-models/ops/index.ts';
import { anywhere, awayFromZero, gradcheck, type Operand, positive } from '../gradcheck.ts';

/** Shapes of two operands that broadcast in every way: equal, a leading axis, an inner axis, a scalar, both sides. */
const BROADCASTS: [number[], number[]][] = [
  [[2, 3], [2, 3]],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [[2, 3], [2, 1]],
  [[2, 1, 3], [1, 4, 3]],
  [[2, 3], []],
  [[], [2, 3]],
];

const checked = new Set<OpName>();

function check(name: string, op: OpName, run: () => Promise<void>): void {
  checked.add(op);
  test(name, run);
}

describe('gradient rules agree with finite differences', () => {
  for (const op of ['Add', 'Sub', 'Mul', 'Div'] as const) {
    for (const [left, right] of BROADCASTS) {
      const b: Operand = { shape: right, sample: op === 'Div' ? awayFromZero : anywhere };
      check(`${op} of [${left}] and [${right}]`, op, () => gradcheck({ a: { shape: left }, b }, (g, [x, y]) => g.op(op, [x!, y!])));
    }
  }
  for (const op of ['Neg', 'Exp', 'Erf'] as const) check(op, op, () => gradcheck({ x: { shape: [2, 3] } }, (g, [x]) => g.op(op, [x!])));
  check('Sqrt', 'Sqrt', () => gradcheck({ x: { shape: [2, 3], sample: positive } }, (g, [x]) => g.op('Sqrt', [x!])));
  check('Log', 'Log', () => gradcheck({ x: { shape: [2, 3], sample: positive } }, (g, [x]) => g.op('Log', [x!])));
  test('one value used twice adds its gradients up', () => gradcheck({ x: { shape: [2, 3] } }, (g, [x]) => g.op('Mul', [g.op('Exp', [x!]), x!])));

  for (const [a, b] of [[[2, 3], [3, 4]], [[2, 2, 3], [2, 3, 2]], [[2, 2, 3], [3, 2]], [[2, 1, 2, 3], [1, 2, 3, 2]]] as [number[], number[]][]) {
    check(`MatMul of [${a}] and [${b}]`, 'MatMul', () => gradcheck({ a: { shape: a }, b: { shape: b } }, (g, [x, y]) => g.op('MatMul', [x!, y!])));
  }
  for (const transA of [0, 1]) {
    for (const transB of [0, 1]) {
      for (const [bias, beta] of [[[4], 1], [[4], 0.5], [[2, 4], 0.5], [[2, 1], 1]] as [number[], number][]) {
        check(`Gemm with transA=${transA}, transB=${transB}, bias [${bias}], beta ${beta}`, 'Gemm', () =>
          gradcheck({ a: { shape: transA ? [3, 2] : [2, 3] }, b: { shape: transB ? [4, 3] : [3, 4] }, c: { shape: bias } }, (g, [a, b, c]) =>
            g.op('Gemm', [a!, b!, c!], { alpha: 0.7, beta, transA, transB }),
          ),
        );
      }
    }
  }
  check('Gemm without a bias', 'Gemm', () => gradcheck({ a: { shape: [2, 3] }, b: { shape: [3, 4] } }, (g, [a, b]) => g.op('Gemm', [a!, b!])));

  check('Identity', 'Identity', () => gradcheck({ x: { shape: [2, 3] } }, (g, [x]) => g.op('Exp', [g.op('Identity', [x!])])));
  check('Transpose', 'Transpose', () => gradcheck({ x: { shape: [2, 3, 4] } }, (g, [x]) => g.op('Transpose', [x!], { perm: [2, 0, 1] })));
  check('Reshape', 'Reshape', () => gradcheck({ x: { shape: [2, 3, 4] } }, (g, [x]) => g.reshape(x!, [4, 6])));
  check('Split, all parts used', 'Split', () =>
    gradcheck({ x: { shape: [2, 6] } }, (g, [x]) => {
      const [a, b, c] = g.node('Split', [x!], { axis: 1, num_outputs: 3 });
      return g.op('Mul', [g.op('Exp', [a!]), g.op('Mul', [b!, c!])]);
    }),
  );
  check('Split, one part unused', 'Split', () => gradcheck({ x: { shape: [2, 6] } }, (g, [x]) => g.op('Exp', [g.node('Split', [x!], { axis: -1, num_outputs: 2 })[1]!])));
  check('Concat', 'Concat', () => gradcheck({ a: { shape: [2, 3] }, b: { shape: [2, 3] } }, (g, [a, b]) => g.op('Exp', [g.op('Concat', [a!, b!], { axis: 0 })])));

  for (const keepdims of [0, 1]) {
    for (const axes of [[0], [-1], [0, 2]]) {
      check(`ReduceSum over [${axes}], keepdims=${keepdims}`, 'ReduceSum', () =>
        gradcheck({ x: { shape: [2, 3, 2] } }, (g, [x]) => g.op('Exp', [g.op('ReduceSum', [x!, g.integers(axes)], { keepdims })])),
      );
    }
  }
  check('Softmax', 'Softmax', () => gradcheck({ x: { shape: [2, 5] } }, (g, [x]) => g.op('Softmax', [x!], { axis: -1 })));
  for (const which of [0, 1]) {
    check(`SkipLayerNormalization, output ${which}`, 'SkipLayerNormalization', () =>
      gradcheck({ x: { shape: [3, 6] }, skip: { shape: [3, 6] }, scale: { shape: [6] }, bias: { shape: [6] } }, (g, values) => {
        const outputs = g.node('SkipLayerNormalization', values, { epsilon: 1e-5 });
        return which === 0 ? outputs[0]! : g.op('Mul', [outputs[0]!, g.op('Exp', [outputs[1]!])]);
      }),
    );
  }
  check('LayerNormalization', 'LayerNormalization', () =>
    gradcheck({ x: { shape: [3, 6] }, scale: { shape: [6] }, bias: { shape: [6] } }, (g, values) => g.op('LayerNormalization', values, { axis: -1, epsilon: 1e-5 })),
  );
});

test('every operator with a gradient rule is checked above', () => {
  const withRule = (Object.keys(OPS) as OpName[]).filter((op) => typeof OPS[op].gradient === 'function');
  expect(withRule.filter((op) => !checked.has(op))).toEqual([]);
});
