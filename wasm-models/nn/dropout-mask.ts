/**
 * Dropout masks from a counter: the same key and position give the same bit in TypeScript and in WGSL, in any order.
 * Element `i` of a stream takes half `i & 1` (low first) of `mix(key + (i >> 1))`, 16 bits, and is dropped when they are
 * below the threshold. `mix` is the "lowbias32" finalizer found by Chris Wellons' hash prospector.
 */

const STREAMS = { hidden: 0x68696464, attention: 0x6174746e } as const;

/** 32-bit avalanche; argument and result are unsigned. */
export function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The unsigned 32-bit key of a stream's sequence for one forward pass. */
export function dropoutKey(seed: number, counter: number, stream: keyof typeof STREAMS): number {
  return mix(mix(mix(seed >>> 0) + (counter >>> 0)) + STREAMS[stream]);
}

/** A rate as the threshold that 16 random bits are held against, and the factor that keeps the mean. */
export function dropoutThreshold(rate: number): { threshold: number; scale: number } {
  const threshold = Math.round(rate * 65536);
  return { threshold, scale: 65536 / (65536 - threshold) };
}

/** Writes positions `offset` … `offset + mask.length` of a stream: 0 where dropped, else 1 / (1 − rate). `offset` is even. */
export function fillDropoutMask(mask: Float32Array, key: number, offset: number, rate: number): void {
  const { threshold, scale } = dropoutThreshold(rate);
  let counter = (key + (offset >>> 1)) | 0;
  const pairs = mask.length & ~1;
  for (let i = 0; i < pairs; i += 2) {
    let x = counter;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    mask[i] = (x & 0xffff) < threshold ? 0 : scale;
    mask[i + 1] = x >>> 16 < threshold ? 0 : scale;
    counter = (counter + 1) | 0;
  }
  if (pairs < mask.length) mask[pairs] = (mix(counter) & 0xffff) < threshold ? 0 : scale;
}
