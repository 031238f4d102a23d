import { THREADS } from '../kernel.ts';
import type { KernelSource } from '../kernel.ts';
import { PACKED_HALVES, readingOf } from './packed-halves.ts';

const VECTORS_A_THREAD = 16;

/** Elements of which a workgroup makes one partial sum. */
export const SUM_SQUARES_ELEMENTS = THREADS * VECTORS_A_THREAD * 4;

const sumSquares = (name: string, half: boolean): KernelSource => {
  const values = readingOf(half);
  return {
    name,
    code: /* wgsl */ `
@group(0) @binding(0) var<storage, read> values: array<${values.type}>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
var<workgroup> sums: array<f32, ${THREADS}>;
${PACKED_HALVES}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let chunk = group.y * groups.x + group.x;
  var sum = 0f;
  for (var k = 0u; k < ${VECTORS_A_THREAD}u; k++) {
    let i = (chunk * ${VECTORS_A_THREAD}u + k) * ${THREADS}u + local;
    if (i < arrayLength(&values)) {
      let four = ${values.read('values[i]')};
      sum += dot(four, four);
    }
  }
  sums[local] = sum;
  for (var width = ${THREADS / 2}u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (local < width) { sums[local] += sums[local + width]; }
  }
  if (local == 0u && chunk < arrayLength(&partials)) { partials[chunk] = sums[0]; }
}`,
  };
};

/** `partials[w]` = sum of squares of chunk w of a tensor. Always added in the same order: two runs give the same bits. */
export const sumSquaresKernel = sumSquares('sum-squares', false);

/** The same of a tensor in float16. */
export const sumSquaresHalfKernel = sumSquares('sum-squares-half', true);
