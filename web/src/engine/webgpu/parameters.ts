import type { Manifest, ParameterGroup, ParameterSpec } from '../../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import { fromHalf } from '../../../../wasm-models/weights/half.ts';
import { createBuffer, readBack, upload } from './buffers.ts';
import type { Gpu } from './device.ts';
import type { GpuTensor } from './graph-session.ts';
import type { Kernels } from './kernels/index.ts';
import { TO_HALF_ELEMENTS } from './kernels/to-half.ts';

/** A parameter's place in a buffer. */
export interface ParameterPlace {
  spec: ParameterSpec;
  /** Its first element. */
  from: number;
  elements: number;
}

/** What one buffer of parameters holds: one, or the embedding tables one behind the other, which are then looked up, summed and updated as one. */
export interface ParameterBlock {
  name: string;
  places: readonly ParameterPlace[];
  elements: number;
  group: ParameterGroup;
  trainable: boolean;
  /** The training graph reads a copy in float16. */
  half: boolean;
}

/** Name of the block of embedding tables. */
export const TABLES = 'embeddings';

/** The tables in one block, every other parameter in one of its own. Tables are trained together or not at all. */
export function parameterBlocks({ parameters }: Pick<Manifest, 'parameters'>): ParameterBlock[] {
  const tables = parameters.filter(({ rowsOf }) => rowsOf !== undefined);
  if (new Set(tables.map(({ trainable }) => trainable)).size > 1) throw new Error('Some embedding tables are trained and some are not: freeze all of them or none.');
  const rest = parameters.filter(({ rowsOf }) => rowsOf === undefined);
  return [...(tables.length > 0 ? [block(TABLES, tables)] : []), ...rest.map((spec) => block(spec.name, [spec]))];
}

function block(name: string, specs: readonly ParameterSpec[]): ParameterBlock {
  let elements = 0;
  const places = specs.map((spec): ParameterPlace => {
    const place = { spec, from: elements, elements: elementCount(spec.shape) };
    elements += place.elements;
    return place;
  });
  const { group, trainable, half = false } = specs[0]!;
  return { name, places, elements, group, trainable, half };
}

/** Reads what lies at the places of parameters in one buffer a block: the parameters themselves, gradients (some in float16), moments. */
export async function readPlaces(gpu: Gpu, wanted: readonly { block: ParameterBlock; buffer: GPUBuffer; half?: boolean }[]): Promise<Map<string, Float32Array>> {
  const places = wanted.flatMap(({ block, buffer, half = false }) => block.places.map(({ spec, from, elements }) => ({ name: spec.name, buffer, from, elements, half })));
  const read = await readBack(gpu, places.map((place) => (place.half ? { ...place, elements: Math.ceil(place.elements / 2) } : place)));
  return new Map(places.map(({ name, elements, half }, index) => [name, half ? fromHalf(new Uint16Array(read[index]!.buffer, 0, elements)) : read[index]!]));
}

/** @throws Error where a parameter has another number of elements */
export function writePlace(gpu: Gpu, buffer: GPUBuffer, { spec, from, elements }: ParameterPlace, values: Float32Array): void {
  if (values.length !== elements) throw new Error(`${spec.name} has ${values.length} numbers; its shape [${spec.shape.join(', ')}] needs ${elements}.`);
  upload(gpu, buffer, values, from);
}

/** All parameters of a model on the GPU. */
export class GpuParameters {
  readonly blocks: readonly ParameterBlock[];
  readonly #gpu: Gpu;
  readonly #kernels: Kernels;
  readonly #buffers: ReadonlyMap<ParameterBlock, GPUBuffer>;
  readonly #copies: ReadonlyMap<ParameterBlock, GPUBuffer>;

  constructor(gpu: Gpu, kernels: Kernels, manifest: Manifest) {
    this.#gpu = gpu;
    this.#kernels = kernels;
    this.blocks = parameterBlocks(manifest);
    this.#buffers = new Map(this.blocks.map((block) => [block, createBuffer(gpu, block.name, block.elements)]));
    this.#copies = new Map(this.blocks.filter(({ half }) => half).map((block) => [block, createBuffer(gpu, `${block.name}, float16`, Math.ceil(block.elements / 2))]));
  }

  buffer(block: ParameterBlock): GPUBuffer {
    return this.#buffers.get(block)!;
  }

  /** In float16, for the training graph; null where it reads the parameter itself. */
  copy(block: ParameterBlock): GPUBuffer | null {
    return this.#copies.get(block) ?? null;
  }

  /** What a graph is fed, by name; the tables are looked up beside it. */
  tensors(graph: 'training' | 'evaluation'): Map<string, GpuTensor> {
    const fed = this.blocks.filter(({ name }) => name !== TABLES);
    return new Map(
      fed.map((block): [string, GpuTensor] => {
        const copy = graph === 'training' ? this.copy(block) : null;
        return [block.name, { buffer: copy ?? this.buffer(block), dtype: copy ? 'float16' : 'float32', shape: block.places[0]!.spec.shape }];
      }),
    );
  }

  read(): Promise<Map<string, Float32Array>> {
    return readPlaces(this.#gpu, this.blocks.map((block) => ({ block, buffer: this.buffer(block) })));
  }

  write(parameters: ReadonlyMap<string, Float32Array>): void {
    const places = new Map(this.blocks.flatMap((block) => block.places.map((place) => [place.spec.name, { place, buffer: this.buffer(block) }])));
    for (const [name, values] of parameters) {
      const known = places.get(name);
      if (!known) throw new Error(`The model has no parameter called ${name}.`);
      writePlace(this.#gpu, known.buffer, known.place, values);
    }
    this.#copyAll();
    this.#gpu.check();
  }

  #copyAll(): void {
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass({ label: 'parameters in float16' });
    const { toHalf } = this.#kernels;
    for (const [block, copy] of this.#copies) toHalf.dispatch(pass, toHalf.bind(this.buffer(block), { buffer: copy, size: this.buffer(block).size / 2 }), Math.ceil(block.elements / TO_HALF_ELEMENTS));
    pass.end();
    this.#gpu.device.queue.submit([encoder.finish()]);
  }

  destroy(): void {
    for (const buffer of [...this.#buffers.values(), ...this.#copies.values()]) buffer.destroy();
  }
}
