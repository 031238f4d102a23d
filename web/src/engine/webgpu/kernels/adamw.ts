import { THREADS, THREAD_INDEX } from '../kernel.ts';
import type { KernelSource } from '../kernel.ts';
import { PACKED_HALVES, readingOf } from './packed-halves.ts';

/** What a tensor's AdamW reads and writes besides float32. */
interface Halves {
  /** The gradient is float16. */
  gradient: boolean;
  /** The graph reads a float16 copy of the parameter, which is made anew here. */
  copy: boolean;
}

const adamw = (name: string, halves: Halves): KernelSource => {
  const gradient = readingOf(halves.gradient);
  return {
    name,
    code: /* wgsl */ `
struct Factors {
  beta1: f32, beta1_rest: f32,   // β₁, 1 − β₁
  beta2: f32, beta2_rest: f32,   // β₂, 1 − β₂
  epsilon: f32,
  step_size: f32,                // learning rate / (1 − β₁ᵗ)
  second_moment_scale: f32,      // 1 / √(1 − β₂ᵗ)
  decay: f32,                    // 1 − learning rate · weight decay
}
@group(0) @binding(0) var<storage, read_write> parameter: array<vec4f>;
@group(0) @binding(1) var<storage, read> gradient: array<${gradient.type}>;
@group(0) @binding(2) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> second: array<vec4f>;
@group(0) @binding(4) var<uniform> factors: Factors;
@group(0) @binding(5) var<storage, read> gradient_scale: array<f32>;
${halves.copy ? '@group(0) @binding(6) var<storage, read_write> copy: array<vec2u>;' : ''}
${PACKED_HALVES}
${THREAD_INDEX}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= arrayLength(&parameter)) { return; }
  // Some gradient is no finite number: the update is left out.
  if (gradient_scale[0] == 0f) { return; }
  let g = ${gradient.read('gradient[i]')} * gradient_scale[0];
  let m = first[i] * factors.beta1 + g * factors.beta1_rest;
  let v = second[i] * factors.beta2 + g * g * factors.beta2_rest;
  first[i] = m;
  second[i] = v;
  let denominator = sqrt(v) * factors.second_moment_scale + factors.epsilon;
  let updated = parameter[i] * factors.decay - factors.step_size * m / denominator;
  parameter[i] = updated;
  ${halves.copy ? 'copy[i] = packed(updated);' : ''}
}`,
  };
};

/** `adamw` of wasm-models/optim, in place on one tensor, four numbers a thread. The clip's factor comes from `clipScale`. */
export const adamwKernel = adamw('adamw', { gradient: false, copy: false });

/** The same of a tensor that the graph knows in float16, after one pass and after several. */
export const adamwHalfKernel = adamw('adamw-half', { gradient: true, copy: true });
export const adamwHalfTotalKernel = adamw('adamw-half-total', { gradient: false, copy: true });

/** Elements that a workgroup updates. */
export const ADAMW_ELEMENTS = THREADS * 4;
