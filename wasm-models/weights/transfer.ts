import { elementCount } from '../graph/shape.ts';
import type { EncoderConfig } from '../models/config.ts';
import { randomStream } from '../random.ts';
import { canonicalName, encoderParameters, headParameters, ignoredPart, publishedPrefix, type MappedParameter } from './name-map.ts';
import { WeightsError, type NamedTensor, type WeightSource } from './safetensors.ts';

const HEAD = /^classifier\.(weight|bias)$/;

/** Our encoder parameters, copied out of a published file. Every tensor of the file must be known; a head of any kind is left out. */
export function importEncoder(config: EncoderConfig, weights: WeightSource): Map<string, Float32Array> {
  return gather(config, weights, encoderParameters(config), (canonical) => HEAD.test(canonical));
}

/** The linear head over sub-tokens that a file of weights holds beside an encoder, if it has this many labels; null where there is none. */
export function importHead(config: EncoderConfig, labels: number, weights: WeightSource): Map<string, Float32Array> | null {
  const parameters = headParameters(config, labels);
  const isThere = parameters.every(({ published: [part] }) => weights.has(part!.name) && weights.shape(part!.name).join() === part!.shape.join());
  return isThere ? new Map(parameters.map(({ name, published: [part] }) => [name, readFinite(weights, part!.name)])) : null;
}

/** The encoder with its linear head, out of a token classification model: one of ours or one made with transformers. */
export function importTagger(config: EncoderConfig, labels: number, weights: WeightSource): Map<string, Float32Array> {
  return gather(config, weights, [...encoderParameters(config), ...headParameters(config, labels)], () => false);
}

function gather(config: EncoderConfig, weights: WeightSource, parameters: MappedParameter[], leftOut: (canonical: string) => boolean): Map<string, Float32Array> {
  const stored = namesInFile(config, weights);
  const wanted = new Map(parameters.flatMap(({ published }) => published.map(({ name, shape }) => [name, shape] as const)));
  const missing = [...wanted.keys()].filter((name) => !stored.has(name));
  if (missing.length > 0) throw new WeightsError(`${weights.name} lacks ${listed(missing)}, which its config.json (${config.architecture}) asks for.`);
  for (const [canonical, name] of stored) {
    const expected = wanted.get(canonical);
    if (!expected && !leftOut(canonical) && !ignoredPart(config.architecture, canonical)) {
      throw new WeightsError(`${weights.name} holds tensor ${name}, which belongs to no part of the ${config.architecture} encoder that its config.json describes.`);
    }
    const found = weights.shape(name);
    if (expected && found.join() !== expected.join()) {
      throw new WeightsError(`${weights.name}: tensor ${name} has the shape [${found.join(', ')}], expected [${expected.join(', ')}] by its config.json.`);
    }
  }
  return new Map(parameters.map(({ name, published }) => [name, stack(published.map((part) => readFinite(weights, stored.get(part.name)!)))]));
}

/** Canonical name → name in the file. */
function namesInFile(config: EncoderConfig, weights: WeightSource): Map<string, string> {
  const stored = new Map<string, string>();
  for (const name of weights.names) {
    const canonical = canonicalName(config.architecture, name);
    const other = stored.get(canonical);
    if (other !== undefined) throw new WeightsError(`${weights.name} holds ${other} and ${name}, which are the same parameter.`);
    stored.set(canonical, name);
  }
  return stored;
}

function readFinite(weights: WeightSource, name: string): Float32Array {
  const values = weights.read(name);
  let probe = 0;
  for (let i = 0; i < values.length; i++) probe += values[i]! * 0; // NaN as soon as a value is NaN or infinite
  if (probe !== 0) throw new WeightsError(`${weights.name}: tensor ${name} holds values that are infinite or not numbers. Fetch the model again.`);
  return values;
}

function stack(parts: Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.reduce((total, part) => total + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

function listed(names: string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more tensors` : names.join(', ');
}

/** A tagger's parameters under the names of transformers' `…ForTokenClassification` classes. Data is shared with `parameters`, not copied. */
export function exportTagger(config: EncoderConfig, parameters: ReadonlyMap<string, Float32Array>): NamedTensor[] {
  const labels = parameters.get('head.bias')?.length;
  if (labels === undefined) throw new WeightsError('There is no head.bias among the parameters: this is an encoder, not a tagger.');
  const prefix = publishedPrefix(config.architecture);
  return [
    ...encoderParameters(config).flatMap((parameter) => cut(parameter, parameters, prefix)),
    ...headParameters(config, labels).flatMap((parameter) => cut(parameter, parameters, '')),
  ];
}

/** An encoder alone, without prefix, as the hub's encoders come. */
export function exportEncoder(config: EncoderConfig, parameters: ReadonlyMap<string, Float32Array>): NamedTensor[] {
  return encoderParameters(config).flatMap((parameter) => cut(parameter, parameters, ''));
}

function cut({ name, shape, published }: MappedParameter, parameters: ReadonlyMap<string, Float32Array>, prefix: string): NamedTensor[] {
  const data = parameters.get(name);
  const expected = elementCount(shape);
  if (data?.length !== expected) throw new WeightsError(`Parameter ${name} has ${data?.length ?? 'no'} values, expected ${expected} for [${shape.join(', ')}].`);
  const step = expected / published.length;
  return published.map((part, index) => ({ name: prefix + part.name, shape: part.shape, data: data.subarray(index * step, (index + 1) * step) }));
}

/** A head that has learnt nothing: weights N(0, 0.02), as BERT's own initializer, bias 0. */
export function initialiseHead(hidden: number, labels: number, seed: number): Map<string, Float32Array> {
  const random = randomStream(seed, 'head');
  return new Map([
    ['head.weight', Float32Array.from({ length: labels * hidden }, () => 0.02 * random.normal())],
    ['head.bias', new Float32Array(labels)],
  ]);
}
