import type { ParameterGroup } from '../../../../wasm-models/artifacts/manifest.ts';
import type { OptimizerUpdate } from '../engine.ts';
import { adamwFactors } from '../optimizer.ts';
import { createBuffer, createUniform, upload } from './buffers.ts';
import type { Gpu } from './device.ts';
import type { Kernel } from './kernel.ts';
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

/** A norm that is never reached, and that a norm below 1 can divide. */
const LARGEST = 1e30;

interface Work {
  kernel: Kernel;
  bindings: GPUBindGroup;
}

/** The two dispatches of a tensor's update. */
interface TensorWork {
  squares: Work;
  adamw: Work;
}

/** Global-norm clip and AdamW without leaving the GPU: one dispatch a tensor for its square sum, one for the norm, one a tensor for the update. */
export class GpuOptimizer {
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;
  readonly #tensors: readonly { tensor: TrainedTensor; partials: GPUBufferBinding; chunks: number }[];
  /** Whether some gradients come in float16, which has to be watched for overflow. */
  readonly #half: boolean;
  readonly #partials: GPUBuffer;
  readonly #clip: GPUBuffer;
  readonly #gradientScale: GPUBuffer;
  readonly #factors: GPUBuffer;
  /** By gradient buffer, of which a tensor has two at most. */
  readonly #work = new WeakMap<GPUBuffer, TensorWork>();
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
    this.#half = tensors.some(({ copy }) => copy !== null);
    this.#clip = createUniform(gpu, 'largest gradient norm and loss scale', 16);
    this.#gradientScale = createBuffer(gpu, 'gradient scale', 1);
    this.#factors = createUniform(gpu, 'AdamW factors', GROUPS.length * ALIGNMENT);
    this.#clipBindings = kernels.clipScale.bind(this.#partials, this.#clip, this.#gradientScale);
  }

  /** Encodes one update of all tensors; their gradients are `lossScale` times sums over `folds` folded micro-batches (see `Accumulated`). */
  encode(encoder: GPUCommandEncoder, settings: OptimizerUpdate, folds: number, lossScale = 1): void {
    GROUPS.forEach((group, i) => this.#gpu.device.queue.writeBuffer(this.#factors, i * ALIGNMENT, factorsOf(settings, group)));
    const tensors = this.#tensors.map((entry) => ({ ...entry, work: this.#bind(entry.tensor, entry.partials, folds) }));
    const pass = encoder.beginComputePass({ label: 'optimizer' });
    if (settings.clipNorm === null && !this.#half) {
      upload(this.#gpu, this.#gradientScale, Float32Array.of(1));
    } else {
      // Without a clip the norm still tells whether all gradients are finite.
      upload(this.#gpu, this.#clip, Float32Array.of(settings.clipNorm ?? LARGEST, lossScale));
      for (const { work: { squares }, chunks } of tensors) squares.kernel.dispatch(pass, squares.bindings, chunks);
      this.#kernels.clipScale.dispatch(pass, this.#clipBindings, 1);
    }
    for (const { work: { adamw }, tensor } of tensors) adamw.kernel.dispatch(pass, adamw.bindings, Math.ceil(tensor.block.elements / ADAMW_ELEMENTS));
    pass.end();
  }

  /** What the clip or the loss scale multiplied the last update's gradients by; 0 where one was no finite number and the update was left out. */
  get gradientScale(): GPUBuffer {
    return this.#gradientScale;
  }

  #bind(tensor: TrainedTensor, partials: GPUBufferBinding, folds: number): TensorWork {
    const { adamw, adamwHalf, adamwHalfTotal, sumSquares, sumSquaresHalf } = this.#kernels;
    const half = tensor.gradient.isHalf(folds);
    const buffer = tensor.block.name === TABLES ? tensor.gradient.latest : tensor.gradient.sum(folds);
    let work = this.#work.get(buffer);
    if (!work) {
      const factors = { buffer: this.#factors, offset: GROUPS.indexOf(tensor.block.group) * ALIGNMENT, size: 32 };
      const gradient = { buffer, size: tensor.parameter.size / (half ? 2 : 1) };
      const squares = half ? sumSquaresHalf : sumSquares;
      const update = !tensor.copy ? adamw : half ? adamwHalf : adamwHalfTotal;
      work = {
        squares: { kernel: squares, bindings: squares.bind(gradient, partials) },
        adamw: { kernel: update, bindings: update.bind(tensor.parameter, gradient, tensor.first, tensor.second, factors, this.#gradientScale, ...(tensor.copy ? [tensor.copy] : [])) },
      };
      this.#work.set(buffer, work);
    }
    return work;
  }

  destroy(): void {
    for (const buffer of [this.#partials, this.#clip, this.#gradientScale, this.#factors]) buffer.destroy();
  }
}
