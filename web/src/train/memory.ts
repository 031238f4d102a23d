import type { Manifest, TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { paddedLength } from '../encode/batch.ts';
import type { Window } from '../encode/windows.ts';
import { sizeOf } from '../engine/dropout-masks.ts';
import type { DeviceKind, Engine } from '../engine/engine.ts';

const FLOAT_BYTES = 4;

/** What a training may take of a device. No browser says how much memory a GPU has; WASM has 4 GB for everything. */
const BUDGET: Record<DeviceKind, number> = { webgpu: 2e9, wasm: 2e9, cpu: 4e9 };

/** How a training stays within a device's memory. */
export interface MemoryPlan {
  /** Texts a pass. */
  microBatchSize: number;
  /** Lengths to pad to: all of the engine's, or fewer where each is a graph of its own and they would not fit together. */
  padding: Engine['padding'];
  /** Estimated peak. */
  bytes: number;
  /** Whether that is within the budget: the smallest plan is taken where none is. */
  fits: boolean;
}

export interface MemoryNeeds {
  graphs: Pick<TaggerGraphs, 'manifest' | 'intermediateBytes'>;
  engine: Pick<Engine, 'kind' | 'padding'>;
  windows: readonly Window[];
  /** Texts of a step. */
  batchSize: number;
  /** Texts a pass, where the recipe says so. */
  microBatchSize: number | null;
  budget?: number;
}

/** Parameters, gradients and both moments; where a step has several passes on a GPU, the gradients of the latest pass lie beside their sum. */
export function stateBytes({ parameters }: Manifest, severalPasses = false): number {
  const each = 4 + (severalPasses ? 1 : 0);
  return FLOAT_BYTES * parameters.reduce((sum, { shape, trainable }) => sum + elementCount(shape) * (trainable ? each : 1), 0);
}

/** A batch on its way into the graph and the embeddings' gradient on its way out: `[size · tokens, hidden]` thrice, masks, pooling, targets. */
export function batchBytes({ batch, dropout, encoder, labels }: Manifest, kind: DeviceKind, { size, tokens }: { size: number; tokens: number }): number {
  const sizes = { batch: size, tokens };
  const inputs = batch.reduce((sum, { shape }) => sum + sizeOf(shape, sizes), 0);
  // On the CPU the masks of a stream are windows of one sequence.
  const masks = kind === 'webgpu' ? dropout : [...new Map(dropout.map((site) => [site.stream, site])).values()];
  const maskElements = masks.reduce((sum, { shape }) => sum + sizeOf(shape, sizes), 0);
  return FLOAT_BYTES * (inputs + maskElements + 3 * size * tokens * encoder.hiddenSize + size * tokens * labels.length);
}

/**
 * The most texts a pass that fit; with a single text all lengths, then every second, then the longest alone. On a GPU each length
 * is a recording with intermediate results of its own, so they add up.
 */
export function planMemory({ graphs, engine, windows, batchSize, microBatchSize, budget = BUDGET[engine.kind] }: MemoryNeeds): MemoryPlan {
  const perText = new Map<number, number>();
  const intermediate = (tokens: number): number => {
    let bytes = perText.get(tokens);
    // Every result grows with the texts: one text says it for all.
    if (bytes === undefined) perText.set(tokens, (bytes = graphs.intermediateBytes('training', { batch: 1, tokens })));
    return bytes;
  };
  const plan = (size: number, padding: Engine['padding']): MemoryPlan => {
    const tokens = paddedLength(windows, padding);
    const lengths = 'lengths' in padding ? padding.lengths.filter((length) => length <= tokens) : [tokens];
    const state = stateBytes(graphs.manifest, engine.kind === 'webgpu' && size < batchSize);
    const bytes = state + batchBytes(graphs.manifest, engine.kind, { size, tokens }) + size * lengths.reduce((sum, length) => sum + intermediate(length), 0);
    return { microBatchSize: size, padding, bytes, fits: bytes <= budget };
  };
  const paddings = occurring(engine.padding, windows);
  if (microBatchSize !== null) return plan(Math.min(microBatchSize, batchSize), paddings[0]!);
  let smallest: MemoryPlan | null = null;
  for (const padding of paddings) {
    for (let size = batchSize; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      smallest = plan(size, padding);
      if (smallest.fits) return smallest;
    }
  }
  return smallest!;
}

/** The lengths that batches of these windows can be padded to, and ever fewer of them. */
function occurring(padding: Engine['padding'], windows: readonly Window[]): Engine['padding'][] {
  if (!('lengths' in padding)) return [padding];
  const longest = paddedLength(windows, padding);
  const shortest = windows.reduce((length, { ids }) => Math.min(length, ids.length), Infinity);
  const lengths = padding.lengths.filter((length) => length >= shortest && length <= longest);
  return [lengths, lengths.filter((_, index) => (lengths.length - 1 - index) % 2 === 0), [longest]].map((some) => ({ lengths: some }));
}
