import type { Manifest } from '../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import type { DeviceKind } from '../engine/engine.ts';

const FLOAT_BYTES = 4;

/** What a pass may take beside the parameters, by device: WASM has 4 GB for everything, a small GPU little more. */
const PASS_BYTES: Record<DeviceKind, number> = { webgpu: 1.5e9, wasm: 1e9, cpu: 2e9 };

/** Parameters, their gradients and both moments, in bytes. */
export function stateBytes({ parameters }: Manifest): number {
  const floats = parameters.reduce((sum, { shape, trainable }) => sum + elementCount(shape) * (trainable ? 4 : 1), 0);
  return floats * FLOAT_BYTES;
}

/**
 * Bytes of a forward and backward pass, estimated from what the graph keeps a layer: some sixteen arrays of the hidden
 * width, four of the intermediate width and, a head, four of tokens × tokens (scores, probabilities, mask, gradient).
 */
export function passBytes({ encoder }: Manifest, texts: number, tokens: number): number {
  const { hiddenSize, intermediateSize, heads, layers } = encoder;
  return FLOAT_BYTES * texts * tokens * layers * (16 * hiddenSize + 4 * intermediateSize + 4 * heads * tokens);
}

/** Texts a pass: the whole batch if it fits the device, else half of it, and so on. */
export function microBatchThatFits(manifest: Manifest, device: DeviceKind, batchSize: number, tokens: number): number {
  let size = batchSize;
  while (size > 1 && passBytes(manifest, size, tokens) > PASS_BYTES[device]) size = Math.ceil(size / 2);
  return size;
}
