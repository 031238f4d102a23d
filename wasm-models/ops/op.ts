import type { Graph } from '../graph/graph.ts';
import type { Attributes, DType, Node, Shape, Value } from '../graph/value.ts';

/**
 * One gradient an input of the node, null where there is none. `gradients` holds one an output of the node, null where nothing
 * depends on it. A rule may give a gradient in the broadcast shape: the driver sums it back to the input's.
 */
export type GradientRule = (graph: Graph, gradients: readonly (Value | null)[], node: Node) => (Value | null)[];

export interface Result {
  shape: Shape;
  dtype: DType;
}

/** What the project knows of an ONNX operator. */
export interface Op {
  /** Operator set other than ONNX's own. */
  domain?: 'com.microsoft';
  /** Which of ONNX's outputs it has, where it leaves some out. */
  outputPlaces?: readonly number[];
  /** ONNX types of its attributes. */
  attributes?: Readonly<Record<string, 'int' | 'float' | 'ints'>>;
  /** Shapes and types of its outputs; throws where the operands do not fit. */
  results(inputs: readonly Value[], attributes: Attributes): Result[];
  /** A rule; `constant`: its output does not vary with its inputs as far as training goes; `forbidden`: no rule, a gradient that reaches it is a mistake. */
  gradient: GradientRule | 'constant' | 'forbidden';
}
