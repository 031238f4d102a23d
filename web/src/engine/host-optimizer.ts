import type { AdamWExports, AdamWFactors } from '../../../wasm-models/optim/adamw.ts';

const PAGE_BYTES = 65_536;
/** Numbers that the module takes at a time. */
const LANES = 4;

/** Values, gradients and moments of as many parameters as were asked for in a memory of their own, and AdamW over all of them in place. */
export class HostOptimizer {
  readonly value: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  readonly #exports: AdamWExports;

  constructor(module: WebAssembly.Module, elements: number) {
    // The numbers that fill the last four up are zeros, and zero is what an update leaves them.
    const bytes = Math.ceil(elements / LANES) * LANES * Float32Array.BYTES_PER_ELEMENT;
    const memory = allocate(4 * bytes);
    const array = (index: number) => new Float32Array(memory.buffer as ArrayBuffer, index * bytes, elements);
    [this.value, this.gradient, this.first, this.second] = [array(0), array(1), array(2), array(3)];
    this.#exports = new WebAssembly.Instance(module, { host: { memory } }).exports as unknown as AdamWExports;
  }

  /** Sum of the squares of all gradients, in double precision. */
  squaredNorm(): number {
    return this.#exports.sumOfSquares(this.gradient.byteOffset, this.first.byteOffset);
  }

  update({ gradientScale, beta1, beta2, epsilon, stepSize, secondMomentScale, decay }: AdamWFactors): void {
    const { value, gradient, first, second } = this;
    const addresses = [value.byteOffset, gradient.byteOffset, first.byteOffset, second.byteOffset, gradient.byteOffset] as const;
    this.#exports.adamw(...addresses, gradientScale, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, stepSize, secondMomentScale, decay);
  }
}

/** A memory of fixed size: its buffer is never replaced, so views of it stay good. */
function allocate(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (error) {
    throw new Error(`Training this encoder takes ${Math.ceil(bytes / 2 ** 20)} MiB for parameters, gradients and moments, and the device did not give them. Close other programs, freeze the embeddings, or take a smaller encoder.`, { cause: error });
  }
}
