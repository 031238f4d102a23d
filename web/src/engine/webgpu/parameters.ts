import type { Manifest, ParameterGroup, ParameterSpec } from '../../../../wasm-models/artifacts/manifest.ts';
import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import { createBuffer, readBack, upload } from './buffers.ts';
import type { Gpu } from './device.ts';

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
  const { group, trainable } = specs[0]!;
  return { name, places, elements, group, trainable };
}

/** Reads what lies at the places of parameters in one buffer a block: the parameters themselves, gradients, moments. */
export async function readPlaces(gpu: Gpu, wanted: readonly { block: ParameterBlock; buffer: GPUBuffer }[]): Promise<Map<string, Float32Array>> {
  const places = wanted.flatMap(({ block, buffer }) => block.places.map(({ spec, from, elements }) => ({ name: spec.name, buffer, from, elements })));
  const values = await readBack(gpu, places);
  return new Map(places.map(({ name }, index) => [name, values[index]!]));
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
  readonly #buffers: ReadonlyMap<ParameterBlock, GPUBuffer>;

  constructor(gpu: Gpu, manifest: Manifest) {
    this.#gpu = gpu;
    this.blocks = parameterBlocks(manifest);
    this.#buffers = new Map(this.blocks.map((block) => [block, createBuffer(gpu, block.name, block.elements)]));
  }

  buffer(block: ParameterBlock): GPUBuffer {
    return this.#buffers.get(block)!;
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
    this.#gpu.check();
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
  }
}
