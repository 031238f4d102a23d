import { THREADS, THREAD_INDEX } from '../kernel.ts';
import type { KernelSource } from '../kernel.ts';

/**
 * `sums[r]` (+)= Σ `values[order[k]]` for k from `starts[r]` to `starts[r + 1]`: rows of `width` numbers, a thread a number.
 * No atomics: always added in the same order. A row without occurrences becomes 0 (or stays, where sums add up).
 */
export const sumRowsKernel: KernelSource = {
  name: 'sum-rows',
  code: /* wgsl */ `
struct Shape { rows: u32, width: u32, add: u32 }
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read> order: array<u32>;
@group(0) @binding(2) var<storage, read> starts: array<u32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<uniform> shape: Shape;
${THREAD_INDEX}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= shape.rows * shape.width) { return; }
  let row = i / shape.width;
  let column = i % shape.width;
  var sum = 0f;
  for (var k = starts[row]; k < starts[row + 1u]; k++) { sum += values[order[k] * shape.width + column]; }
  if (shape.add == 1u) { sum += sums[i]; }
  sums[i] = sum;
}`,
};
