import { readSafetensors, WeightsError, type WeightSource } from './safetensors.ts';

/** The files of a model, wherever they lie. */
export interface WeightFolder {
  readonly name: string;
  read(file: string): Promise<Uint8Array | undefined>;
}

/** Opens `model.safetensors`, or the parts that `model.safetensors.index.json` names. */
export async function openWeights(folder: WeightFolder): Promise<WeightSource> {
  const whole = await folder.read('model.safetensors');
  if (whole) return readSafetensors(whole, `model.safetensors of ${folder.name}`);
  const index = await folder.read('model.safetensors.index.json');
  if (index) return openShards(folder, index);
  throw new WeightsError(`${folder.name} has no model.safetensors. Only safetensors weights can be read; a repository that holds pytorch_model.bin alone must be converted first.`);
}

async function openShards(folder: WeightFolder, index: Uint8Array): Promise<WeightSource> {
  const indexName = `model.safetensors.index.json of ${folder.name}`;
  const placed = readWeightMap(index, indexName);
  const shards = new Map<string, WeightSource>();
  for (const file of [...new Set(placed.values())].sort()) {
    const bytes = await folder.read(file);
    if (!bytes) throw new WeightsError(`${folder.name} lacks ${file}, which ${indexName} names. Fetch the model again.`);
    shards.set(file, readSafetensors(bytes, `${file} of ${folder.name}`));
  }
  for (const [tensor, file] of placed) {
    if (!shards.get(file)!.has(tensor)) throw new WeightsError(`${file} of ${folder.name} lacks tensor ${tensor}, which ${indexName} places there. Fetch the model again.`);
  }
  for (const [file, shard] of shards) {
    const stray = shard.names.find((tensor) => placed.get(tensor) !== file);
    if (stray !== undefined) throw new WeightsError(`${file} of ${folder.name} holds tensor ${stray}, which ${indexName} doesn't place there. Fetch the model again.`);
  }
  const shard = (tensor: string): WeightSource => {
    const file = placed.get(tensor);
    if (file === undefined) throw new WeightsError(`${folder.name} has no tensor ${tensor}.`);
    return shards.get(file)!;
  };
  return {
    name: folder.name,
    names: [...placed.keys()],
    has: (tensor) => placed.has(tensor),
    shape: (tensor) => shard(tensor).shape(tensor),
    dtype: (tensor) => shard(tensor).dtype(tensor),
    read: (tensor) => shard(tensor).read(tensor),
  };
}

/** Tensor name → file name. */
function readWeightMap(index: Uint8Array, name: string): Map<string, string> {
  let map: unknown;
  try {
    map = (JSON.parse(new TextDecoder().decode(index)) as { weight_map?: unknown } | null)?.weight_map;
  } catch (error) {
    throw new WeightsError(`${name} is damaged (${(error as Error).message}). Fetch the model again.`);
  }
  if (typeof map !== 'object' || map === null) throw new WeightsError(`${name} is damaged: expected an object weight_map. Fetch the model again.`);
  const placed = new Map<string, string>();
  for (const [tensor, file] of Object.entries(map)) {
    if (typeof file !== 'string' || !/^[\w.-]+\.safetensors$/.test(file)) {
      throw new WeightsError(`${name} places tensor ${tensor} in ${JSON.stringify(file)}, expected the name of a .safetensors file beside it.`);
    }
    placed.set(tensor, file);
  }
  return placed;
}
