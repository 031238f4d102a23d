import { ADAMW_MODULE } from './adamw-module.ts';

/** Factors of one AdamW update of one parameter tensor; the same arithmetic runs in WGSL. */
export interface AdamWFactors {
  /** Factor of every gradient: 1, or what the global-norm clip leaves. */
  gradientScale: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** learning rate / (1 − beta1^step). */
  stepSize: number;
  /** 1 / √(1 − beta2^step). */
  secondMomentScale: number;
  /** 1 − learning rate · weight decay. */
  decay: number;
}

/** What the optimizer's WebAssembly module exports (`adamw.wat`): addresses in bytes, multiples of 16. It imports `host.memory`. */
export interface AdamWExports {
  /** Sum of squares, in double precision, of the numbers between two addresses. */
  sumOfSquares(from: number, end: number): number;
  /** One update in place; `end` is the address behind the last parameter. */
  adamw(
    parameter: number, gradient: number, first: number, second: number, end: number,
    gradientScale: number, beta1: number, beta1Rest: number, beta2: number, beta2Rest: number, epsilon: number, stepSize: number, secondMomentScale: number, decay: number,
  ): void;
}

/** The optimizer as a WebAssembly module (AdamW, and the sum that a global-norm clip needs) for parameters that lie in one memory. */
export function adamwModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(ADAMW_MODULE), (character) => character.charCodeAt(0));
}
