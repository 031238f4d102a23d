import { THREADS, THREAD_INDEX } from '../kernel.ts';
import type { KernelSource } from '../kernel.ts';
import { PACKED_HALVES } from './packed-halves.ts';

/** A float16 copy of a tensor, four numbers a thread. */
export const toHalfKernel: KernelSource = {
  name: 'to-half',
  code: /* wgsl */ `
@group(0) @binding(0) var<storage, read> values: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> copy: array<vec2u>;
${PACKED_HALVES}
${THREAD_INDEX}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i < arrayLength(&copy)) { copy[i] = packed(values[i]); }
}`,
};

/** Elements that a workgroup copies. */
export const TO_HALF_ELEMENTS = THREADS * 4;
