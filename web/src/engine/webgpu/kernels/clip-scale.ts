import { THREADS } from '../kernel.ts';
import type { KernelSource } from '../kernel.ts';

/**
 * From the partial sums of squares of all gradients the factor that brings their global norm down to `max_norm`:
 * min(1, max_norm / (norm + 1e-6)), as `torch.nn.utils.clip_grad_norm_` has it. One workgroup. The gradients are `loss_scale` times
 * the true ones, which the factor undoes; where a gradient is no finite number, it is 0.
 */
export const clipScaleKernel: KernelSource = {
  name: 'clip-scale',
  code: /* wgsl */ `
@group(0) @binding(0) var<storage, read> partials: array<f32>;
struct Clip { max_norm: f32, loss_scale: f32 }
@group(0) @binding(1) var<uniform> clip: Clip;
@group(0) @binding(2) var<storage, read_write> gradient_scale: array<f32>;
var<workgroup> sums: array<f32, ${THREADS}>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0f;
  for (var i = local; i < arrayLength(&partials); i += ${THREADS}u) { sum += partials[i]; }
  sums[local] = sum;
  for (var width = ${THREADS / 2}u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (local < width) { sums[local] += sums[local + width]; }
  }
  if (local == 0u) {
    // By its bits: a compiler may take for granted that numbers are finite.
    let finite = (bitcast<u32>(sums[0]) & 0x7f800000u) != 0x7f800000u;
    let factor = min(1f, clip.max_norm / (sqrt(sums[0]) / clip.loss_scale + 1e-6f));
    gradient_scale[0] = select(0f, factor / clip.loss_scale, finite);
  }
}`,
};
