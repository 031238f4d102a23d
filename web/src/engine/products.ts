import { buildByteProducts, buildProducts } from '../../../wasm-models/index.ts';
import type { DeviceKind, ProductSession } from './engine.ts';
import type { HostRuntime } from './host-session.ts';

export type ProductRuntime = Pick<HostRuntime, 'createSession' | 'float32' | 'bindsOutputs'>;

/** Products on a runtime that takes vectors from the program's memory and gives results back there: in bytes on a processor, in floats on a GPU, which has no products of bytes. */
export async function openProducts(runtime: ProductRuntime, kind: DeviceKind, rows: Float32Array, dimensions: number): Promise<ProductSession> {
  const build = kind === 'webgpu' ? buildProducts : buildByteProducts;
  const session = await runtime.createSession(build(rows, dimensions));
  const count = rows.length / dimensions;
  // A new array for every answer keeps the collector of garbage busy for as long as the products take.
  let room = new Float32Array(0);
  return {
    async largest(vectors, groups, size) {
      const feeds = { vectors: runtime.float32(vectors, [groups, size, dimensions]) };
      if (!runtime.bindsOutputs) return (await session.run(feeds)).largest!.data as Float32Array;
      if (room.length < groups * count) room = new Float32Array(groups * count);
      const answer = room.subarray(0, groups * count);
      await session.run(feeds, { largest: runtime.float32(answer, [groups, count]) });
      return answer;
    },
    dispose: () => session.release(),
  };
}
