import type { Dim } from '../artifacts/manifest.ts';
import { type OpName, OPS } from '../ops/index.ts';
import { formatShape, product, sameSize } from './shape.ts';
import type { Attributes, Constant, DType, Node, Shape, Value } from './value.ts';

/** Nodes with a gradient of their own. */
interface Group {
  inputs: readonly Value[];
  rule: (gradient: Value) => (Value | null)[];
}

/**
 * A dataflow graph of ONNX operators under construction. Shapes are checked when a node is added, so that a mistake shows at
 * the line that made it. Names are dotted paths and depend on nothing but the order of calls: two builds give the same bytes.
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly constants: Constant[] = [];
  readonly nodes: Node<OpName>[] = [];
  readonly outputs: Value[] = [];
  #names = new Map<string, number>();
  #scope: string[] = [];
  #shared = new Map<string, Value>();
  #renamed = new Map<Value, Value>();
  #groups = new Map<Value, Group>();

  /** Names of what `build` adds begin with `scope`. */
  scope<T>(scope: string, build: () => T): T {
    this.#scope.push(scope);
    try {
      return build();
    } finally {
      this.#scope.pop();
    }
  }

  /** Names of what `build` adds begin without the scopes that are open. */
  anew<T>(build: () => T): T {
    const scope = this.#scope;
    this.#scope = [];
    try {
      return build();
    } finally {
      this.#scope = scope;
    }
  }

  input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
    if (this.#names.has(name)) throw new Error(`The graph already has a value called ${name}.`);
    this.#names.set(name, 1);
    const value = { name, dtype, shape };
    this.inputs.push(value);
    return value;
  }

  /** Declares a value to be an output, under a name of its own if one is given. */
  output(value: Value, name = value.name): Value {
    const current = this.#renamed.get(value) ?? value;
    const isNode = this.nodes.some((node) => node.outputs.includes(current));
    // One tensor under two names is a copy: an output is a tensor of its own.
    const own = isNode && !this.outputs.includes(current) ? current : this.anew(() => this.op('Identity', [current], {}, `${name}.copy`));
    const named = name === own.name ? own : this.#rename(own, name);
    this.outputs.push(named);
    return named;
  }

  /**
   * Gives several nodes a gradient of their own, where one written out by hand needs less than the rules of the nodes one after the other.
   * `rule` gets the gradient of `output` and gives one an input, null where there is none.
   */
  group(output: Value, inputs: readonly Value[], rule: Group['rule']): Value {
    this.#groups.set(output, { inputs, rule });
    return output;
  }

  /** What `group` was told of the nodes that end in this value. */
  groupOf(output: Value): Group | undefined {
    return this.#groups.get(output);
  }

  /** A float32 constant in which all numbers are equal; equal ones are one constant. */
  filled(value: number, shape: readonly number[]): Value {
    const label = `${value} ${shape.join('x')}`;
    return this.#once(`filled ${label}`, () => this.#constant(`constant.${label.replace(' ', '.')}`, 'float32', shape, new Float32Array(product(...shape) as number).fill(value)));
  }

  /** A float32 scalar; equal ones are one constant. */
  scalar(value: number): Value {
    return this.#once(`scalar ${value}`, () => this.#constant(`constant.${value}`, 'float32', [], new Float32Array([value])));
  }

  /** An int64 vector, as shapes and axes are given; equal ones are one constant. */
  integers(values: readonly number[]): Value {
    const label = values.join('x').replaceAll('-', 'minus ');
    return this.#once(`integers ${label}`, () => this.#constant(`constant.${label}`, 'int64', [values.length], BigInt64Array.from(values, BigInt)));
  }

  /** A float32 constant with a name of its own. */
  constant(name: string, shape: readonly number[], data: Float32Array): Value {
    return this.#constant(name, 'float32', shape, data);
  }

  /** Adds a node with one output. */
  op(op: OpName, inputs: readonly Value[], attributes: Attributes = {}, name: string = op): Value {
    return this.node(op, inputs, attributes, name)[0]!;
  }

  /** Adds a node; its last name is `name`, numbered if the scope has it already. */
  node(op: OpName, inputs: readonly Value[], attributes: Attributes = {}, name: string = op): Value[] {
    const path = this.#unique([...this.#scope, name].join('.'));
    let results;
    try {
      results = OPS[op].results(inputs, attributes);
    } catch (error) {
      const operands = inputs.map((input) => `${input.name} ${formatShape(input.shape)}`).join(', ');
      throw new Error(`${op} at ${path} of ${operands}: ${(error as Error).message}`, { cause: error });
    }
    const outputs = results.map(({ shape, dtype }, index) => ({ name: index === 0 ? path : `${path}.${index}`, dtype, shape }));
    this.nodes.push({ op, name: path, inputs, outputs, attributes });
    return outputs;
  }

  /** Reads the same elements in another shape. Sizes that are unknown when the graph is built are taken from the graph's inputs at run time. */
  reshape(value: Value, shape: Shape, name = 'reshape'): Value {
    if (!sameSize(value.shape, shape)) throw new Error(`${value.name} ${formatShape(value.shape)} cannot be reshaped to ${formatShape(shape)}: the number of elements differs.`);
    const target = this.#shapeTensor(shape);
    const path = this.#unique([...this.#scope, name].join('.'));
    const output: Value = { name: path, dtype: value.dtype, shape };
    this.nodes.push({ op: 'Reshape', name: path, inputs: [value, target], outputs: [output], attributes: {} });
    return output;
  }

  #shapeTensor(shape: Shape): Value {
    const unknown = shape.filter((dim) => typeof dim === 'string').length;
    if (unknown <= 1) return this.integers(shape.map((dim) => (typeof dim === 'number' ? dim : -1)));
    // A single -1 is allowed, so the last unknown size needs no look-up.
    const last = shape.findLastIndex((dim) => typeof dim === 'string');
    return this.#once(`shape ${formatShape(shape)}`, () => {
      const parts: Value[] = [];
      let known: number[] = [];
      const flush = () => {
        if (known.length > 0) parts.push(this.integers(known));
        known = [];
      };
      shape.forEach((dim, axis) => {
        if (typeof dim === 'number') known.push(dim);
        else if (axis === last) known.push(-1);
        else {
          flush();
          parts.push(this.#size(dim));
        }
      });
      flush();
      return this.anew(() => this.op('Concat', parts, { axis: 0 }, `shape.${shape.map((dim) => String(dim).replaceAll(' ', '')).join('x')}`));
    });
  }

  /** The size called `dim` as an int64 vector of one element, read from an input that has it. */
  #size(dim: Dim): Value {
    return this.#once(`size ${dim}`, () => {
      const holder = this.inputs.find((input) => input.shape.includes(dim));
      if (!holder) throw new Error(`No input of the graph has a size called ${dim}.`);
      const start = holder.shape.indexOf(dim);
      return this.anew(() => this.op('Shape', [holder], { start, end: start + 1 }, `size.${dim}`));
    });
  }

  #constant(name: string, dtype: DType, shape: readonly number[], data: Constant['data']): Constant {
    if (product(...shape) !== data.length) throw new Error(`Constant ${name} has ${data.length} elements, its shape ${formatShape(shape)} wants ${product(...shape)}.`);
    const constant = { name: this.#unique(name), dtype, shape, data };
    this.constants.push(constant);
    return constant;
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#shared.get(key);
    if (known) return known;
    const value = make();
    this.#shared.set(key, value);
    return value;
  }

  #unique(path: string): string {
    const taken = this.#names.get(path) ?? 0;
    this.#names.set(path, taken + 1);
    return taken === 0 ? path : this.#unique(`${path}_${taken + 1}`);
  }

  /** ONNX has no aliases: the producing node is rewritten to give the new name. */
  #rename(value: Value, name: string): Value {
    if (this.#names.has(name)) throw new Error(`The graph already has a value called ${name}.`);
    const index = this.nodes.findIndex((node) => node.outputs.includes(value));
    this.#names.set(name, 1);
    const renamed: Value = { ...value, name };
    this.#renamed.set(value, renamed);
    const swap = (other: Value) => (other === value ? renamed : other);
    for (let i = index; i < this.nodes.length; i++) {
      const node = this.nodes[i]!;
      this.nodes[i] = { ...node, inputs: node.inputs.map(swap), outputs: node.outputs.map(swap) };
    }
    return renamed;
  }
}
