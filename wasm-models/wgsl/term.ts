import { broadcast } from '../graph/shape.ts';
import type { Place } from './place.ts';

/** Operations on single numbers. */
export type Pointwise = 'add' | 'sub' | 'mul' | 'div' | 'neg' | 'exp' | 'log' | 'erf' | 'sqrt' | 'inverseSqrt' | 'copy';

/**
 * What is to be computed, as an expression over tensors. A term is computed in registers, wherever it is asked for, until something asks for it in
 * memory; only matrix products always have a kernel.
 */
export type Term = NumberTerm | LoadTerm | PointwiseTerm | ReductionTerm | ProductTerm;

interface Shaped {
  readonly shape: readonly number[];
}

export interface NumberTerm extends Shaped {
  readonly kind: 'number';
  readonly value: number;
}

/** Read from memory, once `sources` have been written. */
export interface LoadTerm extends Shaped {
  readonly kind: 'load';
  readonly place: Place;
  readonly sources: readonly Term[];
}

export interface PointwiseTerm extends Shaped {
  readonly kind: 'pointwise';
  readonly op: Pointwise;
  readonly operands: readonly Term[];
}

/** Over the last axis, which then has one position, or over the first, which is then gone. */
export interface ReductionTerm extends Shaped {
  readonly kind: 'reduction';
  readonly how: 'sum' | 'max';
  readonly axis: 'last' | 'first';
  readonly operand: Term;
}

/** `[…, rows, inner]` · `[…, inner, columns]`. */
export interface ProductTerm extends Shaped {
  readonly kind: 'product';
  readonly left: LoadTerm;
  readonly right: LoadTerm;
}

export const number = (value: number): NumberTerm => ({ kind: 'number', value: Math.fround(value), shape: [] });

const is = (term: Term, value: number): boolean => term.kind === 'number' && term.value === value;

/** Nothing is computed for a factor of 1 or an addend of 0. (A factor of 0 stays: it is how a graph says "not before this is known".) */
export function pointwise(op: Pointwise, ...operands: Term[]): Term {
  const [a, b] = operands as [Term, Term];
  if ((op === 'mul' || op === 'div') && is(b, 1)) return a;
  if ((op === 'mul' && is(a, 1)) || (op === 'add' && is(a, 0))) return b;
  if ((op === 'add' || op === 'sub') && is(b, 0)) return a;
  return { kind: 'pointwise', op, operands, shape: operands.map(({ shape }) => shape).reduce((left, right) => broadcast(left, right) as number[]) };
}

export function reduceLast(how: ReductionTerm['how'], operand: Term): Term {
  return { kind: 'reduction', how, axis: 'last', operand, shape: [...operand.shape.slice(0, -1), 1] };
}

/** @param shape of the result: without the first axis, or without any where the others have one position */
export function sumFirst(operand: Term, shape = operand.shape.slice(1)): Term {
  return { kind: 'reduction', how: 'sum', axis: 'first', operand, shape };
}

/** What a term is made of. */
export function operandsOf(term: Term): readonly Term[] {
  if (term.kind === 'pointwise') return term.operands;
  return term.kind === 'reduction' ? [term.operand] : [];
}
