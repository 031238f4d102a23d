import { pullBack } from '../autodiff/backward.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { Parameters } from './linear.ts';

/**
 * What `build` makes of `x`, a value of the same shape, of which nothing but `x` is kept for the backward pass: when the gradient arrives, it is built
 * once more (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost", section 4). The numbers stay the same.
 */
export function recomputed(g: Graph, x: Value, parameters: Parameters, build: (x: Value, parameters: Parameters) => Value): Value {
  const asked = new Set<Value>();
  const y = build(x, (name) => {
    const value = parameters(name);
    asked.add(value);
    return value;
  });
  const values = [...asked];
  return g.group(y, [x, ...values], (dy) => {
    // x, but not before dy is known: without that tie a runtime would find the same computation twice, do it once and keep the results.
    const late = g.op('Add', [x, g.op('Mul', [dy, g.scalar(0)])], {}, 'late');
    const from = g.nodes.length;
    const again = g.scope('again', () => build(late, parameters));
    const gradients = pullBack(g, g.nodes.slice(from), again, dy, [late, ...values]);
    return [late, ...values].map((value) => gradients.get(value)!);
  });
}
