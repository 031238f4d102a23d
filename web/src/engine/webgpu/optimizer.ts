import type { ParameterGroup } from '../../../../wasm-models/artifacts/manifest.ts';
import type { OptimizerUpdate } from '../engine.ts';
import { adamwFactors } from '../optimizer.ts';
import { createBuffer, createUniform, upload } from './buffers.ts';
import type { Gpu } from './device.ts';
import { ADAMW_ELEMENTS } from './kernels/adamw.ts';
import type { Kernels } from './kernels/index.ts';
import { SUM_SQUARES_ELEMENTS } from './kernels/sum-squares.ts';
import { TABLES } from './parameters.ts';
import type { TrainedTensor } from './trained-tensor.ts';

/** Bindings begin at multiples of this many bytes on every device. */
const ALIGNMENT = 256;

const GROUPS: readonly ParameterGroup[] = ['encoder', 'head'];

/** The `Factors` of the AdamW shader for one group of parameters. Rounded to float32 once, at the end, as `adamw` does. */
function factorsOf(settings: OptimizerUpdate, group: ParameterGroup): Float32Array<ArrayBuffer> {
  const { beta1, beta2, epsilon, stepSize, secondMomentScale, decay } = adamwFactors(settings, group, 1);
  return Float32Array.of(beta1, 1 - beta1, beta2, 1 - beta2, epsilon, stepSize, secondMomentScale, decay);
}

/** Global-norm clip and AdamW without leaving the GPU: one dispatch a tensor for its square sum, one for the norm, one a tensor for the update. */
export class GpuOptimizer {
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;
  readonly #tensors: readonly { tensor: TrainedTensor; partials: GPUBufferBinding; chunks: number }[];
  readonly #partials: GPUBuffer;
  readonly #maxNorm: GPUBuffer;
  readonly #gradientScale: GPUBuffer;
  readonly #factors: GPUBuffer;
  /** By gradient buffer, of which a tensor has two at most. */
  readonly #bindings = new WeakMap<GPUBuffer, { squares: GPUBindGroup; adamw: GPUBindGroup }>();
  readonly #clipBindings: GPUBindGroup;

  constructor(gpu: Gpu, kernels: Kernels, tensors: readonly TrainedTensor[]) {
    this.#gpu = gpu;
    this.#kernels = kernels;
    const chunks = tensors.map((tensor) => Math.ceil(tensor.block.elements / SUM_SQUARES_ELEMENTS));
    const sizes = chunks.map((count) => Math.ceil((count * 4) / ALIGNMENT) * ALIGNMENT);
    this.#partials = createBuffer(gpu, 'partial square sums', sizes.reduce((sum, size) => sum + size, 0) / 4);
    let offset = 0;
    this.#tensors = tensors.map((tensor, i) => {
      const partials = { buffer: this.#partials, offset, size: chunks[i]! * 4 };
      offset += sizes[i]!;
      return { tensor, partials, chunks: chunks[i]! };
    });
    this.#maxNorm = createUniform(gpu, 'largest gradient norm', 16);
    this.#gradientScale = createBuffer(gpu, 'gradient scale', 1);
    this.#factors = createUniform(gpu, 'AdamW factors', GROUPS.length * ALIGNMENT);
    this.#clipBindings = kernels.clipScale.bind(this.#partials, this.#maxNorm, this.#gradientScale);
  }

  /** Encodes one update of all tensors; their gradients are sums over `folds` folded micro-batches (see `Accumulated`). */
  encode(encoder: GPUCommandEncoder, settings: OptimizerUpdate, folds: number): void {
    GROUPS.forEach((group, i) => this.#gpu.device.queue.writeBuffer(this.#factors, i * ALIGNMENT, factorsOf(settings, group)));
    const work = this.#tensors.map((entry) => ({ ...entry, bindings: this.#bind(entry.tensor, entry.partials, folds) }));
    const pass = encoder.beginComputePass({ label: 'optimizer' });
    if (settings.clipNorm === null) {
      upload(this.#gpu, this.#gradientScale, Float32Array.of(1));
    } else {
      upload(this.#gpu, this.#maxNorm, Float32Array.of(settings.clipNorm));
      for (const { bindings, chunks } of work) this.#kernels.sumSquares.dispatch(pass, bindings.squares, chunks);
      this.#kernels.clipScale.dispatch(pass, this.#clipBindings, 1);
    }
    for (const { bindings, tensor } of work) this.#kernels.adamw.dispatch(pass, bindings.adamw, Math.ceil(tensor.block.elements / ADAMW_ELEMENTS));
    pass.end();
  }

  #bind(tensor: TrainedTensor, partials: GPUBufferBinding, folds: number): { squares: GPUBindGroup; adamw: GPUBindGroup } {
    const buffer = tensor.block.name === TABLES ? tensor.gradient.latest : tensor.gradient.sum(folds);
    let bindings = this.#bindings.get(buffer);
    if (!bindings) {
      const factors = { buffer: this.#factors, offset: GROUPS.indexOf(tensor.block.group) * ALIGNMENT, size: 32 };
      const gradient = { buffer, size: tensor.parameter.size };
      bindings = {
        squares: this.#kernels.sumSquares.bind(gradient, partials),
        adamw: this.#kernels.adamw.bind(tensor.parameter, gradient, tensor.first, tensor.second, factors, this.#gradientScale),
      };
      this.#bindings.set(buffer, bindings);
    }
    return bindings;
  }

  destroy(): void {
    for (const buffer of [this.#partials, this.#maxNorm, this.#gradientScale, this.#factors]) buffer.destroy();
  }
}
