import type { Dim } from '../artifacts/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** A table `[rows, hidden]` and which of its rows are meant, one index a token in any shape. */
export interface LookUp {
  table: Value;
  indices: Value;
}

/** `[rows, hidden]`: for each token the sum of its row in every table. */
export function embed(g: Graph, lookUps: readonly LookUp[], rows: Dim): Value {
  return g.scope('embeddings', () =>
    lookUps.map(({ table, indices }) => g.op('Gather', [table, g.reshape(indices, [rows])], { axis: 0 })).reduce((sum, next) => g.op('Add', [sum, next], {}, 'sum')),
  );
}
