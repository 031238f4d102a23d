import { THREADS, THREAD_INDEX } from '../kernel.ts';
import type { KernelSource } from '../kernel.ts';
import { PACKED_HALVES, readingOf } from './packed-halves.ts';

const add = (name: string, half: boolean): KernelSource => {
  const addend = readingOf(half);
  return {
    name,
    code: /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> total: array<vec4f>;
@group(0) @binding(1) var<storage, read> addend: array<${addend.type}>;
${PACKED_HALVES}
${THREAD_INDEX}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i < arrayLength(&total)) { total[i] += ${addend.read('addend[i]')}; }
}`,
  };
};

/** `total` += `addend`: gradients of one micro-batch onto those before it. */
export const addKernel = add('add', false);

/** The same of gradients in float16; their total is float32. */
export const addHalfKernel = add('add-half', true);

/** Elements that a workgroup adds. */
export const ADD_ELEMENTS = THREADS * 4;
