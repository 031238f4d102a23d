import type { ParameterGroup, ParameterSpec } from '../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { HostOptimizer } from './host-optimizer.ts';
import type { OptimizerUpdate } from './engine.ts';
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
