import { THREADS, THREAD_INDEX } from '../kernel.ts';
import type { KernelSource } from '../kernel.ts';
import { PACKED_HALVES } from './packed-halves.ts';

/** Masks that one dispatch fills: storage buffers that every device lets a shader have. */
export const DROPOUT_MASKS_AT_ONCE = 8;

const masks = Array.from({ length: DROPOUT_MASKS_AT_ONCE }, (_, index) => index);

const dropoutMask = (name: string, half: boolean): KernelSource => ({
  name,
  code: /* wgsl */ `
struct Site { counter: u32, length: u32, threshold: u32, scale: f32 }
${masks.map((index) => `@group(0) @binding(${index}) var<storage, read_write> mask${index}: array<${half ? 'vec2u' : 'vec4f'}>;`).join('\n')}
@group(0) @binding(${DROPOUT_MASKS_AT_ONCE}) var<uniform> sites: array<Site, ${DROPOUT_MASKS_AT_ONCE}>;
${PACKED_HALVES}
${THREAD_INDEX}

fn mix(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let site = sites[group.z];
  let i = thread_index(group, groups, local);
  if (i >= (site.length + 3u) / 4u) { return; }
  let a = mix(site.counter + 2u * i);
  let b = mix(site.counter + 2u * i + 1u);
  let bits = vec4u(a & 0xffffu, a >> 16u, b & 0xffffu, b >> 16u);
  let value = ${half ? 'packed(' : '('}select(vec4f(site.scale), vec4f(0), bits < vec4u(site.threshold)));
  switch (group.z) {
${masks.map((index) => `    case ${index}u: { mask${index}[i] = value; }`).join('\n')}
    default: {}
  }
}`,
});

/** `fillDropoutMask` of wasm-models/nn with the same bits, four elements (two random numbers) a thread; the third dimension of the grid is the mask. */
export const dropoutMaskKernel = dropoutMask('dropout-mask', false);

/** The same masks in float16. */
export const dropoutMaskHalfKernel = dropoutMask('dropout-mask-half', true);

/** Elements that a workgroup fills. */
export const DROPOUT_MASK_ELEMENTS = THREADS * 4;
