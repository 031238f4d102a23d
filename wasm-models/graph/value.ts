import type { Dim } from '../artifacts/manifest.ts';

export type DType = 'float16' | 'float32' | 'int32' | 'int64' | 'int8' | 'uint8';
export type Shape = readonly Dim[];

/** A tensor of a graph: an input, a constant, or what a node gives. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface Constant extends Value {
  /** Numbers of float16 as their bits. */
  readonly data: Float32Array | Int32Array | BigInt64Array | Int8Array | Uint8Array | Uint16Array;
}

export type AttributeValue = number | readonly number[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One ONNX operator with its operands. */
export interface Node<Op extends string = string> {
  readonly op: Op;
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}
