/** Conversions between float32 and the two 16-bit floats in which weights are published. Bits come and go as unsigned 16-bit numbers. */

const number = new Float32Array(1);
const bits = new Uint32Array(number.buffer);

/** IEEE 754 binary16 → float32, exact. */
function widenHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halfTable: Float32Array | undefined;

export function fromHalf(halves: Uint16Array): Float32Array {
  halfTable ??= Float32Array.from({ length: 65536 }, (_, half) => widenHalf(half));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < values.length; i++) values[i] = halfTable[halves[i]!]!;
  return values;
}

/** The upper half of a float32, exact. */
export function fromBfloat16(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < words.length; i++) words[i] = halves[i]! << 16;
  return new Float32Array(words.buffer);
}

/** float32 → binary16, to nearest, ties to even; beyond ±65,504 (rounded) becomes infinite. */
function narrow(value: number): number {
  number[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    const scaled = Math.abs(value) * 2 ** 24; // in units of the smallest subnormal
    const below = Math.floor(scaled);
    const rest = scaled - below;
    return sign | (rest > 0.5 || (rest === 0.5 && below & 1) ? below + 1 : below);
  }
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

export function toHalf(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = narrow(values[i]!);
  return halves;
}
