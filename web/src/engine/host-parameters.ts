import type { ParameterGroup, ParameterSpec } from '../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';

/** Values, gradients and moments that belong together, element by element. */
export interface TrainedArrays {
  value: Float32Array;
  gradient: Float32Array;
  first: Float32Array;
  second: Float32Array;
}

export interface TrainedParameter extends TrainedArrays {
  spec: ParameterSpec;
}

/** All trained parameters of a group, one after the other in one piece of memory: the optimizer goes over it in stretches of its own. */
export interface TrainedGroup extends TrainedArrays {
  group: ParameterGroup;
}

/** Makes room for the trainable parameters. The arrays of a parameter are views of its group's. */
export function allocateTrained(specs: readonly ParameterSpec[]): { groups: TrainedGroup[]; parameters: TrainedParameter[] } {
  const trained = specs.filter((spec) => spec.trainable);
  const parameters: TrainedParameter[] = [];
  const groups = [...new Set(trained.map((spec) => spec.group))].map((group) => {
    const members = trained.filter((spec) => spec.group === group);
    const length = members.reduce((sum, spec) => sum + elementCount(spec.shape), 0);
    const arrays = { value: new Float32Array(length), gradient: new Float32Array(length), first: new Float32Array(length), second: new Float32Array(length) };
    let start = 0;
    for (const spec of members) {
      parameters.push({ spec, ...stretch(arrays, start, start + elementCount(spec.shape)) });
      start += elementCount(spec.shape);
    }
    return { group, ...arrays };
  });
  return { groups, parameters };
}

/** Views of the elements from `start` to `end`. */
export function stretch({ value, gradient, first, second }: TrainedArrays, start: number, end: number): TrainedArrays {
  return { value: value.subarray(start, end), gradient: gradient.subarray(start, end), first: first.subarray(start, end), second: second.subarray(start, end) };
}
