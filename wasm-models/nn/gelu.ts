import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** Factor that `geluOfScaled` wants its argument multiplied by, and that its result wants in turn. */
export const GELU_SCALE = Math.SQRT1_2;

/**
 * The exact Gaussian error linear unit (Hendrycks and Gimpel 2016) between two linear layers. With u = x/√2,
 * gelu(x) = u·(1 + erf(u))/√2: given u it returns √2·gelu(x). Both factors go into the matrix products before and after,
 * which take them for nothing; written out, each would be another pass over the widest activation of the network.
 */
export function geluOfScaled(g: Graph, u: Value): Value {
  const gate = g.op('Add', [g.op('Erf', [u]), g.scalar(1)]);
  return g.group(g.op('Mul', [u, gate], {}, 'gelu'), [u], (dy) => {
    // d/du u·(1 + erf u) = 1 + erf u + u·(2/√π)·exp(−u²), the factor inside the exponential
    const exponent = g.op('Sub', [g.scalar(Math.log(2 / Math.sqrt(Math.PI))), g.op('Mul', [u, u])]);
    return [g.op('Mul', [dy, g.op('Add', [gate, g.op('Mul', [u, g.op('Exp', [exponent])])])])];
  });
}
