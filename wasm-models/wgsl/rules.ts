import type { OpName } from '../ops/index.ts';
import { axisOf, broadcast } from '../graph/shape.ts';
import type { Constant, Node } from '../graph/value.ts';
import { permuted } from './layout.ts';
import { number, pointwise, reduceLast, sumFirst, type LoadTerm, type Pointwise, type ProductTerm, type Term } from './term.ts';

/** What a rule may ask for besides its operands. */
export interface Operands {
  /** One an input. */
  readonly terms: readonly Term[];
  /** An input in memory, to be read in any order. */
  load(index: number): LoadTerm;
}

/** The terms of a node's outputs. */
type Rule = (node: Node<OpName>, operands: Operands) => Term[];

const each = (op: Pointwise): Rule => (_, { terms }) => [pointwise(op, ...terms)];

const mean = (x: Term): Term => pointwise('mul', reduceLast('sum', x), number(1 / x.shape.at(-1)!));

/** y = (x − mean)·r·γ + β with r = 1/√(variance + ε); mean and r besides (Ba, Kiros and Hinton 2016, section 3). */
function normalized(x: Term, scale: Term, bias: Term, epsilon: number): [y: Term, average: Term, inverse: Term] {
  const average = mean(x);
  const centred = pointwise('sub', x, average);
  const inverse = pointwise('inverseSqrt', pointwise('add', mean(pointwise('mul', centred, centred)), number(epsilon)));
  return [pointwise('add', pointwise('mul', pointwise('mul', centred, inverse), scale), bias), average, inverse];
}

function product(left: LoadTerm, right: LoadTerm): ProductTerm {
  const lead = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2)) as number[];
  return { kind: 'product', left, right, shape: [...lead, left.shape.at(-2)!, right.shape.at(-1)!] };
}

const swapped = (load: LoadTerm): LoadTerm => {
  const layout = permuted(load.place.layout, [1, 0]);
  return { ...load, place: { ...load.place, layout }, shape: layout.shape };
};

const axesOf = ({ inputs: [, axes] }: Node): number[] => Array.from((axes as Constant).data as BigInt64Array, Number);

/** How each operator is computed. Views and concatenations are not computed: see `Placement`. */
export const RULES: Partial<Record<OpName, Rule>> = {
  Add: each('add'),
  Sub: each('sub'),
  Mul: each('mul'),
  Div: each('div'),
  Neg: each('neg'),
  Exp: each('exp'),
  Log: each('log'),
  Erf: each('erf'),
  Sqrt: each('sqrt'),
  /** All arithmetic is in float32; what is written decides how it is rounded. */
  Cast: each('copy'),
  MatMul: (_, { load }) => [product(load(0), load(1))],
  Gemm: ({ inputs, attributes: { alpha = 1, beta = 1, transA, transB } }, { terms, load }) => {
    const right = transB ? swapped(load(1)) : load(1);
    const scale = number(alpha as number);
    const sum =
      right.shape[1] === 1 && !transA
        ? reduceLast('sum', pointwise('mul', terms[0]!, swapped(right)))
        : product(transA ? swapped(load(0)) : load(0), right);
    const scaled = pointwise('mul', sum, scale);
    return [inputs[2] ? pointwise('add', scaled, pointwise('mul', terms[2]!, number(beta as number))) : scaled];
  },
  ReduceSum: (node, { terms: [x] }) => {
    const rank = x!.shape.length;
    const axes = axesOf(node).map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
    const kept = (node.attributes.keepdims ?? 1) === 1;
    if (axes.length === 1 && axes[0] === rank - 1 && kept) return [reduceLast('sum', x!)];
    const others = x!.shape.filter((_, axis) => !axes.includes(axis));
    if (!kept && axes.every((axis, index) => axis === index && (axis === 0 || x!.shape[axis] === 1))) return [sumFirst(x!, others)];
    throw new Error(`sums over the axes ${axes.join(', ')} of ${rank}: only the last, kept, and the first, left out, are supported.`);
  },
  ReduceMax: (node, { terms: [x] }) => {
    const axes = axesOf(node).map((axis) => axisOf(axis, x!.shape.length));
    if (axes.length !== 1 || axes[0] !== x!.shape.length - 1 || (node.attributes.keepdims ?? 1) !== 1) throw new Error('only the last axis, kept, is supported.');
    return [reduceLast('max', x!)];
  },
  Softmax: (_, { terms: [x] }) => {
    const exponential = pointwise('exp', pointwise('sub', x!, reduceLast('max', x!)));
    return [pointwise('div', exponential, reduceLast('sum', exponential))];
  },
  LayerNormalization({ attributes }, { terms: [x, scale, bias] }) {
    if (axisOf(attributes.axis as number, x!.shape.length) !== x!.shape.length - 1) throw new Error('only the last axis is supported.');
    return normalized(x!, scale!, bias!, attributes.epsilon as number);
  },
  SkipLayerNormalization: ({ attributes }, { terms: [x, skip, scale, bias] }) => {
    const sum = pointwise('add', x!, skip!);
    return [normalized(sum, scale!, bias!, attributes.epsilon as number)[0], sum];
  },
};
