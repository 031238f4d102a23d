import type { Graph } from '../graph/graph.ts';
import type { Node, Value } from '../graph/value.ts';
import { inverse, permuted, reshaped, sliced, type Layout } from './layout.ts';
import { ownPlace, type Place } from './place.ts';

/** Operators whose result is their operand, read differently. */
const VIEWS = new Set(['Reshape', 'Transpose', 'Split', 'Identity']);

/**
 * Decides where each value of a graph lies, so that reshapes, transposes, splits and concatenations cost nothing: what comes out of them is what went in, seen
 * with other strides; and what is only computed to be transposed or concatenated is written to where it ends up.
 */
export class Placement {
  readonly #makers = new Map<Value, Node>();
  readonly #users = new Map<Value, Node[]>();
  readonly #inputs: ReadonlySet<Value>;
  readonly #outputs: ReadonlySet<Value>;
  readonly #places = new Map<Value, Place>();

  constructor(graph: Graph) {
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.#makers.set(output, node);
      for (const input of new Set(node.inputs)) this.#users.set(input, [...(this.#users.get(input) ?? []), node]);
    }
    this.#inputs = new Set(graph.inputs);
    this.#outputs = new Set(graph.outputs);
  }

  /** Where a value lies; a value that nothing asks for in memory has a place as well. */
  of(value: Value): Place {
    const known = this.#places.get(value);
    if (known) return known;
    const decided = this.#decide(value);
    // What it is made of may have decided it, on the way to its own place.
    const place = this.#places.get(value) ?? decided;
    this.#places.set(value, place);
    return place;
  }

  /** Whether a value is another one, read differently, without a copy. */
  isView(value: Value): boolean {
    const node = this.#makers.get(value);
    return node !== undefined && VIEWS.has(node.op) && this.of(value).storage === this.of(node.inputs[0]!).storage;
  }

  #decide(value: Value): Place {
    const node = this.#makers.get(value);
    if (this.#inputs.has(value)) return own(value, 'input');
    if (node && VIEWS.has(node.op)) {
      const view = this.#viewOf(value, node);
      if (view) return view;
    }
    return this.#target(value);
  }

  /** A view's place in that of its operand; null where it has to be copied. */
  #viewOf(value: Value, node: Node): Place | null {
    const operand = node.inputs[0]!;
    const from = this.of(operand);
    const place = (layout: Layout | null): Place | null => layout && { storage: from.storage, layout };
    const view = place(viewed(from.layout, node, node.outputs.indexOf(value), value));
    // An output has a storage of its own, unless its operand is written there at once.
    return view && this.#outputs.has(value) && !(view.storage.kind === 'output' && view.storage.name === value.name) ? null : view;
  }

  /** Where a value is written that is computed: to its own place, or to where the only operator that uses it would bring it. */
  #target(value: Value): Place {
    const { place, decided } = this.#follow(value);
    for (const [view, where] of decided) this.#places.set(view, where);
    return place;
  }

  /** @returns the place, and those of the views on the way, which hold only if the place is taken */
  #follow(value: Value): { place: Place; decided: [Value, Place][] } {
    const here = { place: own(value, this.#outputs.has(value) ? 'output' : 'intermediate'), decided: [] };
    const users = this.#users.get(value) ?? [];
    const [user] = users;
    if (this.#outputs.has(value) || users.length !== 1 || !user || user.inputs.filter((input) => input === value).length > 1) return here;
    const [result] = user.outputs as [Value];
    const shape = value.shape as readonly number[];
    if (user.op === 'Concat') {
      const whole = this.of(result);
      const axis = user.attributes.axis as number;
      const before = user.inputs.slice(0, user.inputs.indexOf(value)).reduce((sum, input) => sum + (input.shape[axis] as number), 0);
      return { place: { storage: whole.storage, layout: sliced(whole.layout, axis, before, shape[axis]!) }, decided: [] };
    }
    if (user.op !== 'Transpose' && user.op !== 'Reshape') return here;
    const { place: target, decided } = this.#follow(result);
    const layout = user.op === 'Transpose' ? permuted(target.layout, inverse(user.attributes.perm as readonly number[])) : reshaped(target.layout, shape);
    return layout ? { place: { storage: target.storage, layout }, decided: [...decided, [result, target]] } : here;
  }
}

const own = (value: Value, kind: 'input' | 'output' | 'intermediate'): Place => ownPlace(value.name, kind, value.dtype === 'float16' ? 'float16' : 'float32', value.shape as readonly number[]);

function viewed(layout: Layout, { op, attributes }: Node, index: number, { shape }: Value): Layout | null {
  if (op === 'Transpose') return permuted(layout, attributes.perm as readonly number[]);
  if (op === 'Split') {
    const size = shape[attributes.axis as number] as number;
    return sliced(layout, attributes.axis as number, index * size, size);
  }
  return reshaped(layout, shape as readonly number[]);
}
