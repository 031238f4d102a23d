import { elementCount } from '../graph/shape.ts';
import { contiguous, type Layout } from './layout.ts';

/** A stretch of memory with a name: an input or output of the graph, or something that is only needed on the way. */
export interface Storage {
  readonly name: string;
  readonly kind: 'input' | 'output' | 'intermediate';
  readonly dtype: 'float16' | 'float32';
  readonly elements: number;
}

/** Where a tensor lies. */
export interface Place {
  readonly storage: Storage;
  readonly layout: Layout;
}

/** Bytes that a shader reads and writes: whole words of four. */
export const bytesOf = ({ dtype, elements }: Storage): number => Math.ceil((elements * (dtype === 'float16' ? 2 : 4)) / 4) * 4;

export function ownPlace(name: string, kind: Storage['kind'], dtype: Storage['dtype'], shape: readonly number[]): Place {
  return { storage: { name, kind, dtype, elements: elementCount(shape) }, layout: contiguous(shape) };
}
