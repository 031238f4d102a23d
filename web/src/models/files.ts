import { ModelError } from './catalogue.ts';

/** A file of a model, as a listing tells of it. */
export interface ModelFile {
  name: string;
  /** In bytes, where the listing says. */
  size?: number;
  sha256?: string;
}

/** The models a server holds: `models/index.json`. */
export interface ModelIndex {
  models: { id: string; files: ModelFile[] }[];
}

export const weightsFile = 'model.safetensors';
export const halfWeightsFile = 'model.f16.safetensors';
export const shardIndexFile = 'model.safetensors.index.json';
const optionalFiles = ['tokenizer_config.json', 'special_tokens_map.json'];
const modelFile = /^(?:config|tokenizer|tokenizer_config|special_tokens_map|model\.safetensors\.index)\.json$|^model(?:\.f16|-\d{5}-of-\d{5})?\.safetensors$/;

/** The only names under which files of a model are read, fetched or served. */
export function isModelFile(name: string): boolean {
  return modelFile.test(name);
}

/**
 * Which of a repository's files make an encoder: configuration, tokenizer and weights, whole or in parts.
 * Throws a `ModelError` that names what is missing.
 */
export function encoderFiles(name: string, files: readonly ModelFile[]): ModelFile[] {
  const find = (wanted: string): ModelFile[] => files.filter((file) => file.name === wanted);
  const whole = find(weightsFile);
  const shards = files.filter((file) => /^model-\d{5}-of-\d{5}\.safetensors$/.test(file.name));
  const weights = whole.length > 0 ? whole : shards.length > 0 ? [...find(shardIndexFile), ...shards] : [];
  const lacks = [
    ...['config.json', 'tokenizer.json'].filter((wanted) => find(wanted).length === 0),
    ...(weights.length === 0 ? [weightsFile] : whole.length === 0 && find(shardIndexFile).length === 0 ? [shardIndexFile] : []),
  ];
  if (lacks.length > 0) throw new ModelError(`${name} has no ${lacks.join(' and no ')}.`, adviceFor(lacks, files));
  return [...find('config.json'), ...find('tokenizer.json'), ...optionalFiles.flatMap(find), ...weights];
}

function adviceFor(lacks: string[], files: readonly ModelFile[]): string {
  const other = files.find((file) => /^(?:pytorch_model.*\.bin|tf_model\.h5|flax_model\.msgpack)$/.test(file.name));
  if (lacks.includes(weightsFile) && other) return `Its weights are only there as ${other.name}. Look for a copy of the model with safetensors weights, or convert it (transformers: save_pretrained).`;
  if (lacks.includes('tokenizer.json')) return 'Its tokenizer is there in another form at most. With transformers: AutoTokenizer.from_pretrained(…).save_pretrained(…) writes tokenizer.json.';
  return 'An encoder needs config.json, tokenizer.json and model.safetensors, in the main folder of the repository. Choose another, or complete it.';
}

/** The same files with the f16 weights in place of the f32 ones, where a listing has them. */
export function withHalfWeights(chosen: readonly ModelFile[], listed: readonly ModelFile[]): ModelFile[] {
  const half = listed.find((file) => file.name === halfWeightsFile);
  return half ? chosen.map((file) => (file.name === weightsFile ? half : file)) : [...chosen];
}

/** Checks what came as `models/index.json`; undefined where it is something else (a static host may answer with a page). */
export function readModelIndex(json: unknown): ModelIndex | undefined {
  if (typeof json !== 'object' || json === null || !('models' in json) || !Array.isArray(json.models)) return undefined;
  const models = json.models.filter((model): model is ModelIndex['models'][number] => typeof model?.id === 'string' && Array.isArray(model.files) && model.files.every(isListedFile));
  return { models };
}

function isListedFile(file: unknown): file is ModelFile {
  if (typeof file !== 'object' || file === null || !('name' in file) || typeof file.name !== 'string' || !isModelFile(file.name)) return false;
  const { size, sha256 } = file as Partial<ModelFile>;
  return (size === undefined || Number.isSafeInteger(size)) && (sha256 === undefined || /^[0-9a-f]{64}$/.test(sha256));
}
