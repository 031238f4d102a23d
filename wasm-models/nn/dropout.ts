import type { DropoutSite } from '../artifacts/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** Even distances between the first positions of neighbouring sites in their stream: no multiple of a hidden size or a length, so that no two sites drop the same column. */
const STRIDES = { hidden: 12_346, attention: 54_322 } as const;

/** Inserts dropout where a model asks for it and keeps account of the masks that the graph then needs. */
export interface Dropout {
  readonly sites: DropoutSite[];
  /** Where a name comes again, as in a layer that is computed twice, it is the same site with the same mask. */
  apply(g: Graph, x: Value, stream: DropoutSite['stream'], rate: number, name: string): Value;
}

/** Multiplies by a mask that the engine fills anew for every forward pass. */
export function maskedDropout(): Dropout {
  const sites: DropoutSite[] = [];
  const masks = new Map<string, Value>();
  return {
    sites,
    apply(g, x, stream, rate, name) {
      if (rate === 0) return x;
      let mask = masks.get(name);
      if (!mask) {
        masks.set(name, (mask = g.input(`dropout.${name}`, x.shape)));
        const offset = sites.filter((site) => site.stream === stream).length * STRIDES[stream];
        sites.push({ input: mask.name, stream, offset, rate, shape: [...x.shape] });
      }
      return g.op('Mul', [x, mask], {}, 'dropout');
    },
  };
}

/** For evaluation. */
export const noDropout: Dropout = { sites: [], apply: (_, x) => x };
