import { THREADS, THREAD_INDEX } from '../kernel.ts';
import type { KernelSource } from '../kernel.ts';

/** Each token's rows of all tables added up, first table first. The tables lie one behind the other; `ids` `[tables, tokens]` count rows from the first table's start. */
export const embedKernel: KernelSource = {
  name: 'embed',
  code: /* wgsl */ `
struct Shape { tokens: u32, width: u32, tables: u32 }
@group(0) @binding(0) var<storage, read> rows: array<f32>;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read_write> embeddings: array<f32>;
@group(0) @binding(3) var<uniform> shape: Shape;
${THREAD_INDEX}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = thread_index(group, groups, local);
  if (i >= shape.tokens * shape.width) { return; }
  let token = i / shape.width;
  let column = i % shape.width;
  var sum = rows[ids[token] * shape.width + column];
  for (var table = 1u; table < shape.tables; table++) { sum += rows[ids[table * shape.tokens + token] * shape.width + column]; }
  embeddings[i] = sum;
}`,
};
