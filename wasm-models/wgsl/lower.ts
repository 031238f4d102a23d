import type { Graph } from '../graph/graph.ts';
import { formatShape } from '../graph/shape.ts';
import type { Constant, Node, Value } from '../graph/value.ts';
import type { OpName } from '../ops/index.ts';
import { fromHalf } from '../weights/half.ts';
import { inverse, permuted, reshaped, sliced, type Layout } from './layout.ts';
import type { Place } from './place.ts';
import { Placement } from './placement.ts';
import { RULES } from './rules.ts';
import { Schedule } from './schedule.ts';
import { number, pointwise, type LoadTerm, type Term } from './term.ts';

/** The kernels that compute a graph of fixed sizes. @throws Error where it has an operator or a form of one that has no rule. */
export function lower(graph: Graph): Schedule {
  return new Lowering(graph).run();
}

class Lowering {
  readonly #graph: Graph;
  readonly #placement: Placement;
  readonly #schedule = new Schedule();
  readonly #terms = new Map<Value, Term>();
  /** Terms that have a value of their own. */
  readonly #named = new Set<Term>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#placement = new Placement(graph);
    for (const input of graph.inputs) this.#terms.set(input, this.#read(input, []));
    for (const constant of graph.constants) if (constant.dtype !== 'int64') this.#terms.set(constant, uniform(constant));
  }

  run(): Schedule {
    const outputs = new Set(this.#graph.outputs);
    for (const node of this.#graph.nodes) {
      try {
        this.#add(node);
      } catch (error) {
        throw new Error(`${node.op} at ${node.name} cannot be made a shader: ${(error as Error).message}`, { cause: error });
      }
      for (const output of node.outputs) if (outputs.has(output)) this.#write(output);
    }
    return this.#schedule;
  }

  #add(node: Node<OpName>): void {
    const [result] = node.outputs as [Value];
    if (node.op === 'Concat') {
      const axis = node.attributes.axis as number;
      const { storage, layout } = this.#placement.of(result);
      let from = 0;
      const parts = node.inputs.flatMap((part) => {
        const size = part.shape[axis] as number;
        const target = { storage, layout: sliced(layout, axis, from, size) };
        from += size;
        return this.#placement.of(part).storage === storage ? this.#write(part) : [this.#copy(part, target)];
      });
      this.#terms.set(result, this.#read(result, parts));
    } else if (node.op === 'Reshape' || node.op === 'Transpose' || node.op === 'Split' || node.op === 'Identity') {
      const [operand] = node.inputs as [Value];
      node.outputs.forEach((output) => this.#terms.set(output, this.#read(output, this.#placement.isView(output) ? this.#sources(operand) : [this.#move(operand, output, node)])));
    } else {
      const rule = RULES[node.op];
      if (!rule) throw new Error('there is no rule for this operator.');
      const terms = rule(node, { terms: node.inputs.map((input) => this.#terms.get(input)!), load: (index) => this.#load(node.inputs[index]!) });
      node.outputs.forEach((output, index) => this.#name(output, terms[index]!));
      if (node.op === 'Gemm' || node.op === 'MatMul') this.#finish(this.#terms.get(result)!);
    }
  }

  #name(value: Value, term: Term): void {
    // One tensor under two names is a copy, should anything ask for it in memory.
    const own = term.kind === 'number' || term.kind === 'load' || this.#named.has(term) ? pointwise('copy', term) : term;
    this.#named.add(own);
    this.#terms.set(value, own);
    this.#schedule.place(own, this.#placement.of(value));
  }

  /** A product by a single column is a sum along rows, and is computed where it is wanted. */
  #finish(term: Term): void {
    const has = (part: Term): boolean => part.kind === 'product' || (part.kind === 'pointwise' && part.operands.some(has));
    if (has(term)) this.#schedule.finish(term);
  }

  /** Terms that have to be in memory before a value is. */
  #sources(value: Value): readonly Term[] {
    const term = this.#terms.get(value)!;
    return term.kind === 'load' ? term.sources : [term];
  }

  #write(value: Value): readonly Term[] {
    const sources = this.#sources(value);
    for (const source of sources) this.#schedule.store(source);
    return sources;
  }

  #read(value: Value, sources: readonly Term[]): LoadTerm {
    return { kind: 'load', place: this.#placement.of(value), sources, shape: value.shape as readonly number[] };
  }

  #load(value: Value): LoadTerm {
    const term = this.#terms.get(value)!;
    return term.kind === 'load' ? term : this.#read(value, [term]);
  }

  #copy(value: Value, target: Place): Term {
    const copy = pointwise('copy', this.#terms.get(value)!);
    this.#schedule.place(copy, target);
    this.#schedule.store(copy);
    return copy;
  }

  /** What a view would be, written out, where its operand's strides do not allow one. */
  #move(operand: Value, output: Value, { op, attributes }: Node): Term {
    const { storage, layout } = this.#placement.of(output);
    if (op === 'Split') throw new Error('a part of a tensor cannot be an output.');
    const target: Layout | null = op === 'Transpose' ? permuted(layout, inverse(attributes.perm as readonly number[])) : reshaped(layout, operand.shape as readonly number[]);
    if (!target) throw new Error(`${formatShape(operand.shape)} cannot be written as ${formatShape(output.shape)}.`);
    return this.#copy(operand, { storage, layout: target });
  }
}

/** A constant in which all numbers are the same. */
function uniform({ name, data, shape }: Constant): Term {
  const [first] = data;
  if (!(data instanceof Float32Array || data instanceof Uint16Array) || data.some((value) => value !== first)) throw new Error(`The constant ${name} ${formatShape(shape)} is not one number throughout.`);
  return number(data instanceof Uint16Array ? fromHalf(data.subarray(0, 1))[0]! : (first as number));
}
