import type { Dim, DropoutSite } from '../../../wasm-models/artifacts/manifest.ts';
import { dropoutKey, fillDropoutMask } from '../../../wasm-models/nn/dropout-mask.ts';
import type { DropoutKey } from './engine.ts';

/** Elements of a shape whose named sizes are known. */
export function sizeOf(shape: readonly Dim[], sizes: Readonly<Record<string, number>>): number {
  return shape
    .flatMap((dim) => (typeof dim === 'number' ? [dim] : dim.split(' * ').map((name) => sizes[name] ?? Number(name))))
    .reduce((count, size) => count * size, 1);
}

/**
 * The masks of one forward pass. Sites of a stream are overlapping windows of one sequence, so each stream is filled once
 * and the masks are views of it: no copy, and far fewer random numbers than elements.
 */
export class DropoutMasks {
  #streams = new Map<string, Float32Array>();
  #sites: readonly DropoutSite[];

  constructor(sites: readonly DropoutSite[]) {
    this.#sites = sites;
  }

  /** Masks by input name, valid until the next call. */
  fill({ seed, counter }: DropoutKey, sizes: Readonly<Record<string, number>>): Map<string, Float32Array> {
    const ends = new Map<string, number>();
    const streamOf = (site: DropoutSite) => `${site.stream} ${site.rate}`;
    for (const site of this.#sites) {
      const end = site.offset + sizeOf(site.shape, sizes);
      ends.set(streamOf(site), Math.max(ends.get(streamOf(site)) ?? 0, end));
    }
    for (const site of this.#sites) {
      const end = ends.get(streamOf(site));
      if (end === undefined) continue;
      let buffer = this.#streams.get(streamOf(site));
      if (!buffer || buffer.length < end) this.#streams.set(streamOf(site), (buffer = new Float32Array(end)));
      fillDropoutMask(buffer.subarray(0, end), dropoutKey(seed, counter, site.stream), 0, site.rate);
      ends.delete(streamOf(site));
    }
    return new Map(this.#sites.map((site) => [site.input, this.#streams.get(streamOf(site))!.subarray(site.offset, site.offset + sizeOf(site.shape, sizes))]));
  }
}
