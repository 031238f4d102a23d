import { Graph } from '../graph/graph.ts';
import { encodeModel } from '../onnx/encode.ts';

/** As an ONNX file: so many zeros as the input `size` `[1]` says. By it a runtime makes a tensor of its own that stays. */
export function buildBuffer(): Uint8Array {
  const g = new Graph();
  g.output(g.op('Expand', [g.input('zero', [1]), g.input('size', [1], 'int64')]), 'buffer');
  return encodeModel(g, 'buffer');
}
