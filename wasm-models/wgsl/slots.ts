import { bytesOf, type Storage } from './place.ts';
import type { KernelPlan } from './schedule.ts';

/** Memory for what is only needed on the way. */
export interface Slots {
  /** Bytes of each buffer. */
  readonly sizes: readonly number[];
  /** The buffer of each intermediate storage. */
  readonly of: ReadonlyMap<Storage, number>;
}

/** Intermediate results share buffers: one is used again after its last reader, for the next result that fits and fills half of it at least. */
export function assignSlots(kernels: readonly KernelPlan[]): Slots {
  const last = new Map<Storage, number>();
  kernels.forEach((kernel, index) => {
    for (const storage of storagesOf(kernel)) if (storage.kind === 'intermediate') last.set(storage, index);
  });
  const sizes: number[] = [];
  const of = new Map<Storage, number>();
  let free: number[] = [];
  kernels.forEach((kernel, index) => {
    const used = new Set([...storagesOf(kernel)].filter(({ kind }) => kind === 'intermediate'));
    for (const storage of used) {
      if (of.has(storage)) continue;
      const bytes = Math.ceil(bytesOf(storage) / 16) * 16;
      const [fitting] = free.filter((slot) => sizes[slot]! >= bytes && sizes[slot]! <= 2 * bytes).sort((a, b) => sizes[a]! - sizes[b]!);
      const slot = fitting ?? sizes.push(bytes) - 1;
      free = free.filter((other) => other !== slot);
      of.set(storage, slot);
    }
    for (const storage of used) if (last.get(storage) === index) free.push(of.get(storage)!);
  });
  return { sizes, of };
}

export function storagesOf({ loads, stores }: KernelPlan): Set<Storage> {
  return new Set([...loads, ...[...stores.values()].map(({ storage }) => storage)]);
}
