import { buildProducts } from '../../../wasm-models/index.ts';
import type { ProductSession } from './engine.ts';
import type { HostRuntime } from './host-session.ts';

export type ProductRuntime = Pick<HostRuntime, 'createSession' | 'float32'>;

/** Products on a runtime that takes vectors from the program's memory and gives results back there. */
export async function openProducts(runtime: ProductRuntime, rows: Float32Array, dimensions: number): Promise<ProductSession> {
  const session = await runtime.createSession(buildProducts(rows, dimensions));
  return {
    async largest(vectors, groups, size) {
      const { largest } = await session.run({ vectors: runtime.float32(vectors, [groups, size, dimensions]) });
      return largest!.data as Float32Array;
    },
    dispose: () => session.release(),
  };
}
