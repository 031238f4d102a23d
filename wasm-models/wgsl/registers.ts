import { literal, POINTWISE, position, type Axis } from './expression.ts';
import type { Place, Storage } from './place.ts';
import type { KernelPlan } from './schedule.ts';
import type { Term } from './term.ts';

/** Statements under way, and the names of what they have computed. */
export interface Block {
  readonly lines: string[];
  readonly names: Map<Term, string>;
}

export const block = (): Block => ({ lines: [], names: new Map() });

export interface Walk {
  readonly axes: readonly Axis[];
  /** Whether a term is the same all along the axis that is summed over. */
  isOutside(term: Term): boolean;
}

/** Writes the statements that compute terms, each once a block. */
export class Registers {
  /** What is computed once, around loops. */
  readonly outside = block();
  readonly #plan: KernelPlan;
  readonly #walk: Walk;
  readonly #placeOf: (term: Term) => Place;
  readonly #nameOf: (storage: Storage) => string;
  #count = 0;

  constructor(plan: KernelPlan, walk: Walk, placeOf: (term: Term) => Place, nameOf: (storage: Storage) => string) {
    this.#plan = plan;
    this.#walk = walk;
    this.#placeOf = placeOf;
    this.#nameOf = nameOf;
  }

  /** The name of a term's value, which `inside` or what is around it computes. */
  value(term: Term, inside: Block): string {
    if (term.kind === 'number') return literal(term.value);
    const known = this.outside.names.get(term) ?? inside.names.get(term);
    if (known) return known;
    const to = this.#walk.isOutside(term) ? this.outside : inside;
    const text = this.#compute(term, inside);
    const name = `v${this.#count++}`;
    to.lines.push(`let ${name} = ${text};`);
    to.names.set(term, name);
    return name;
  }

  /** Writes a term to where it belongs. */
  store(term: Term, place: Place, inside: Block): string {
    const value = this.value(term, inside);
    const { name, wrap } = this.#element(place);
    return `${name} = ${wrap(value)};`;
  }

  #compute(term: Term, inside: Block): string {
    if (term.kind === 'load') return this.#fetch(term.place);
    if (term.kind === 'number' || !this.#plan.members.has(term)) return this.#fetch(this.#placeOf(term));
    if (term.kind === 'pointwise') {
      const [a, b = ''] = term.operands.map((operand) => this.value(operand, inside));
      return POINTWISE[term.op](a!, b);
    }
    throw new Error(`A ${term.kind} was asked for before it was computed.`);
  }

  #fetch(place: Place): string {
    const { name } = this.#element(place);
    return place.storage.dtype === 'float16' ? `f32(${name})` : name;
  }

  #element({ storage, layout }: Place): { name: string; wrap: (value: string) => string } {
    return { name: `${this.#nameOf(storage)}[${position(layout, this.#walk.axes)}]`, wrap: (value) => (storage.dtype === 'float16' ? `f16(${value})` : value) };
  }
}
