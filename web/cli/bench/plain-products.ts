import type { NeighbourTools } from '../../src/llm/neighbours/nearest.ts';

/** Products in floats, one by one: what an engine's are held against. */
export const plainProducts: NeighbourTools['openProducts'] = (rows, dimensions) =>
  Promise.resolve({
    largest(vectors, groups, size) {
      const count = rows.length / dimensions;
      const largest = new Float32Array(groups * count).fill(-Infinity);
      for (let vector = 0; vector < groups * size; vector++) {
        const group = Math.floor(vector / size);
        for (let row = 0; row < count; row++) {
          let product = 0;
          for (let i = 0; i < dimensions; i++) product += vectors[vector * dimensions + i]! * rows[row * dimensions + i]!;
          largest[group * count + row] = Math.max(largest[group * count + row]!, product);
        }
      }
      return Promise.resolve(largest);
    },
    dispose: () => Promise.resolve(),
  });
