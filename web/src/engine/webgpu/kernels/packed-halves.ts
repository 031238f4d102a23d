/** Float16 numbers without the extension for them: four lie in a `vec2u`, and every device can pack and unpack. */
export const PACKED_HALVES = /* wgsl */ `
fn packed(values: vec4f) -> vec2u { return vec2u(pack2x16float(values.xy), pack2x16float(values.zw)); }
fn unpacked(halves: vec2u) -> vec4f { return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y)); }`;

/** How a shader declares a buffer that it reads, and reads four numbers of it. */
export function readingOf(half: boolean): { type: string; read: (element: string) => string } {
  return half ? { type: 'vec2u', read: (element) => `unpacked(${element})` } : { type: 'vec4f', read: (element) => element };
}
