import type { Manifest, TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { paddedLength } from '../encode/batch.ts';
import type { Window } from '../encode/windows.ts';
import { sizeOf } from '../engine/dropout-masks.ts';
import type { DeviceKind, Engine } from '../engine/engine.ts';

const FLOAT_BYTES = 4;

/** What a training may take of a device. No browser says how much memory a GPU has; WASM has 4 GB for everything. */
const BUDGET: Record<DeviceKind, number> = { webgpu: 2e9, wasm: 2e9, cpu: 4e9 };

/** What a pass costs whatever its size (commands, parameters read and gradients added up), in sub-tokens that could be trained on instead. */
const TOKENS_A_PASS: Record<DeviceKind, number> = { webgpu: 256, wasm: 96, cpu: 96 };

/** A pass is three times the forward pass, one of them forward; computed again, that one counts twice. */
const RECOMPUTED = 4 / 3;

/** How a training stays within a device's memory. */
export interface MemoryPlan {
  /** Texts a pass. */
  microBatchSize: number;
  /** Lengths to pad to: all of the engine's, or fewer where each is a graph of its own and they would not fit together. */
  padding: Engine['padding'];
  /** Whether activations of encoder layers are computed again instead of kept. */
  recompute: boolean;
  /** Estimated peak. */
  bytes: number;
  /** Whether that is within the budget: the smallest plan is taken where none is. */
  fits: boolean;
}

export interface MemoryNeeds {
  graphs: Pick<TaggerGraphs, 'manifest' | 'intermediateBytes'>;
  engine: Pick<Engine, 'kind' | 'padding' | 'usesPrograms'>;
  windows: readonly Window[];
  /** Texts of a step. */
  batchSize: number;
  /** Texts a pass, where the recipe says so. */
  microBatchSize: number | null;
  budget?: number;
}

/** Parameters, gradients and both moments; where a step has several passes on a GPU, the gradients of the latest pass lie beside their sum. A gradient in float16 saves what the parameter's copy for it takes. */
export function stateBytes({ parameters }: Manifest, severalPasses = false): number {
  const each = 4 + (severalPasses ? 1 : 0);
  return FLOAT_BYTES * parameters.reduce((sum, { shape, trainable, half }) => sum + elementCount(shape) * (trainable ? each : half ? 1.5 : 1), 0);
}

/** A batch on its way into the graph and the embeddings' gradient on its way out: `[size · tokens, hidden]` thrice, masks, pooling, targets. */
export function batchBytes({ batch, dropout, encoder, labels }: Manifest, kind: DeviceKind, { size, tokens }: { size: number; tokens: number }): number {
  const sizes = { batch: size, tokens };
  const inputs = batch.reduce((sum, { shape }) => sum + sizeOf(shape, sizes), 0);
  // On the CPU the masks of a stream are windows of one sequence.
  const masks = kind === 'webgpu' ? dropout : [...new Map(dropout.map((site) => [site.stream, site])).values()];
  const maskElements = masks.reduce((sum, { shape, half }) => sum + sizeOf(shape, sizes) / (half ? 2 : 1), 0);
  return FLOAT_BYTES * (inputs + maskElements + 3 * size * tokens * encoder.hiddenSize + size * tokens * labels.length);
}

/**
 * The plan whose step is done soonest among those that fit: more or fewer texts a pass, the device's lengths or some of them, activations kept or
 * computed again. On a GPU each length is a recording with intermediate results of its own, so they add up; shaders of our own share memory, in which several
 * lengths together take up to 5 % more than the longest (buffers are the largest of each rank).
 */
export function planMemory({ graphs, engine, windows, batchSize, microBatchSize, budget = BUDGET[engine.kind] }: MemoryNeeds): MemoryPlan {
  const programs = engine.usesPrograms?.(graphs.manifest) ?? false;
  const perText = new Map<string, number>();
  const intermediate = (tokens: number, recompute: boolean): number => {
    const key = `${tokens} ${recompute}`;
    let bytes = perText.get(key);
    // Every result grows with the texts: one text says it for all.
    if (bytes === undefined) perText.set(key, (bytes = graphs.intermediateBytes(programs ? 'trainingProgram' : 'training', { batch: 1, tokens }, { recompute })));
    return bytes;
  };
  const plan = ({ microBatchSize, padding, recompute }: Pick<MemoryPlan, 'microBatchSize' | 'padding' | 'recompute'>): MemoryPlan => {
    const tokens = paddedLength(windows, padding);
    const lengths = 'lengths' in padding ? padding.lengths.filter((length) => length <= tokens) : [tokens];
    const state = stateBytes(graphs.manifest, engine.kind === 'webgpu' && microBatchSize < batchSize);
    const results = microBatchSize * (programs ? intermediate(tokens, recompute) : lengths.reduce((sum, length) => sum + intermediate(length, recompute), 0));
    const bytes = state + batchBytes(graphs.manifest, engine.kind, { size: microBatchSize, tokens }) + results;
    return { microBatchSize, padding, recompute, bytes, fits: bytes <= budget };
  };
  const sizes = microBatchSize === null ? halvings(batchSize) : [Math.min(microBatchSize, batchSize)];
  const ways = occurring(engine.padding, windows).flatMap((padding) => {
    const textTokens = windows.reduce((sum, window) => sum + paddedLength([window], padding), 0) / windows.length;
    const cost = (size: number): number => Math.ceil(batchSize / size) * TOKENS_A_PASS[engine.kind] + batchSize * textTokens;
    return [false, true].flatMap((recompute) => sizes.map((microBatchSize) => ({ microBatchSize, padding, recompute, cost: cost(microBatchSize) * (recompute ? RECOMPUTED : 1) })));
  });
  let smallest: MemoryPlan | null = null;
  for (const way of ways.sort((a, b) => a.cost - b.cost)) {
    const next = plan(way);
    if (next.fits) return next;
    if (!smallest || next.bytes < smallest.bytes) smallest = next;
  }
  return smallest!;
}

/** A number, half of it, and so on down to 1. */
function halvings(number: number): number[] {
  return number === 1 ? [1] : [number, ...halvings(Math.ceil(number / 2))];
}

/** The lengths that batches of these windows can be padded to, and ever fewer of them. */
function occurring(padding: Engine['padding'], windows: readonly Window[]): Engine['padding'][] {
  if (!('lengths' in padding)) return [padding];
  const longest = paddedLength(windows, padding);
  const shortest = windows.reduce((length, { ids }) => Math.min(length, ids.length), Infinity);
  const lengths = padding.lengths.filter((length) => length >= shortest && length <= longest);
  return [lengths, lengths.filter((_, index) => (lengths.length - 1 - index) % 2 === 0), [longest]].map((some) => ({ lengths: some }));
}
