/** How far two arrays are apart, as numbers that can cross to the test. */
export interface Difference {
  /** Largest |a − b|. */
  largest: number;
  /** ‖a − b‖₂. */
  norm: number;
  /** ‖b‖₂ */
  referenceNorm: number;
  /** Elements whose bits differ. */
  unequal: number;
}

export function difference(actual: Float32Array, reference: Float32Array): Difference {
  if (actual.length !== reference.length) throw new Error(`${actual.length} numbers are compared with ${reference.length}.`);
  let largest = 0;
  let squares = 0;
  let referenceSquares = 0;
  let unequal = 0;
  for (let i = 0; i < actual.length; i++) {
    const distance = Math.abs(actual[i]! - reference[i]!);
    if (!(distance <= largest)) largest = distance;
    squares += distance * distance;
    referenceSquares += reference[i]! * reference[i]!;
    if (actual[i] !== reference[i]) unequal++;
  }
  return { largest, norm: Math.sqrt(squares), referenceNorm: Math.sqrt(referenceSquares), unequal };
}

/** Deterministic numbers, roughly normal, mean 0, deviation `scale`. */
export function noise(length: number, seed: number, scale = 1): Float32Array {
  const values = new Float32Array(length);
  let state = (seed * 2654435761) >>> 0 || 1;
  const uniform = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < length; i++) values[i] = (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3) * scale;
  return values;
}
