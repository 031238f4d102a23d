import type { ParameterGroup, ParameterSpec } from '../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { HostOptimizer } from './host-optimizer.ts';
import type { Moments, OptimizerUpdate } from './engine.ts';
import { adamwFactors, clipScale } from './optimizer.ts';

/** A trainable parameter's arrays: views of its block's memory. */
export interface TrainedParameter {
  spec: ParameterSpec;
  value: Float32Array;
  gradient: Float32Array;
  first: Float32Array;
  second: Float32Array;
}

/** Parameters of one group that lie in one memory, with the optimizer that goes over all of it at once. */
export interface TrainedBlock {
  group: ParameterGroup;
  optimizer: HostOptimizer;
}

/** Parameters of a block, larger single ones aside: 1 GiB of memory, a quarter of what a WebAssembly memory can hold. */
const BLOCK_ELEMENTS = 2 ** 26;

/** Makes room for the trainable parameters, all of a group in as few blocks as their sizes allow. */
export function allocateTrained(module: Uint8Array<ArrayBuffer>, specs: readonly ParameterSpec[], blockElements = BLOCK_ELEMENTS): { blocks: TrainedBlock[]; parameters: TrainedParameter[] } {
  const compiled = new WebAssembly.Module(module);
  const parameters: TrainedParameter[] = [];
  const blocks = blocksOf(specs.filter((spec) => spec.trainable), blockElements).map((members): TrainedBlock => {
    const optimizer = new HostOptimizer(compiled, members.reduce((sum, spec) => sum + elementCount(spec.shape), 0));
    let start = 0;
    for (const spec of members) {
      const end = start + elementCount(spec.shape);
      const { value, gradient, first, second } = optimizer;
      parameters.push({ spec, value: value.subarray(start, end), gradient: gradient.subarray(start, end), first: first.subarray(start, end), second: second.subarray(start, end) });
      start = end;
    }
    return { group: members[0]!.group, optimizer };
  });
  return { blocks, parameters };
}

function blocksOf(specs: readonly ParameterSpec[], blockElements: number): ParameterSpec[][] {
  const blocks: ParameterSpec[][] = [];
  for (const group of new Set(specs.map((spec) => spec.group))) {
    let room = 0;
    for (const spec of specs.filter((candidate) => candidate.group === group)) {
      const elements = elementCount(spec.shape);
      if (elements <= room) blocks.at(-1)!.push(spec);
      else {
        blocks.push([spec]);
        room = blockElements;
      }
      room -= elements;
    }
  }
  return blocks;
}

/** Global-norm clip over all blocks, then AdamW on each. */
export function updateBlocks(blocks: readonly TrainedBlock[], settings: OptimizerUpdate): void {
  const squaredNorm = settings.clipNorm === null ? 0 : blocks.reduce((sum, { optimizer }) => sum + optimizer.squaredNorm(), 0);
  const scale = clipScale(squaredNorm, settings.clipNorm);
  for (const { group, optimizer } of blocks) optimizer.update(adamwFactors(settings, group, scale));
}

/** Copies of AdamW's moments. */
export function copyMoments(trained: readonly TrainedParameter[]): Moments {
  return {
    first: new Map(trained.map(({ spec, first }) => [spec.name, first.slice()])),
    second: new Map(trained.map(({ spec, second }) => [spec.name, second.slice()])),
  };
}

/** Puts moments in their place. @throws Error where one is missing or has another number of elements */
export function setMoments(trained: readonly TrainedParameter[], moments: Moments): void {
  for (const { spec, first, second } of trained) {
    first.set(checked(moments.first, spec));
    second.set(checked(moments.second, spec));
  }
}

/** The values of a parameter. @throws Error where they are missing or their number is not the shape’s. */
export function checked(values: ReadonlyMap<string, Float32Array>, spec: ParameterSpec): Float32Array {
  const value = values.get(spec.name);
  const expected = elementCount(spec.shape);
  if (!value) throw new Error(`The parameter ${spec.name} is missing.`);
  if (value.length !== expected) throw new Error(`The parameter ${spec.name} has ${value.length} elements; its shape [${spec.shape.join(', ')}] wants ${expected}.`);
  return value;
}
