import { initialiseHead } from '../../../wasm-models/weights/transfer.ts';
import type { Encoder } from './encoder.ts';
import type { Recipe } from './recipe.ts';

/**
 * The head that a training starts with: a new one, `initialiseHead`, save that a tagger which is trained on keeps what it knows of the
 * labels that are still there by name. That holds only where the vector of a word is made the same way, and where there is more in common than `O`.
 */
export function startingHead({ config, head, name }: Pick<Encoder, 'config' | 'head' | 'name'>, labels: readonly string[], { pooling, seed }: Pick<Recipe, 'pooling' | 'seed'>): { parameters: Map<string, Float32Array>; notes: string[] } {
  const parameters = initialiseHead(config.hiddenSize, labels.length, seed);
  const known = labels.filter((label) => head?.labels.includes(label));
  if (!head || head.pooling !== pooling || !known.some((label) => label !== 'O')) return { parameters, notes: [] };
  const [weight, bias] = [parameters.get('head.weight')!, parameters.get('head.bias')!];
  const [knownWeight, knownBias] = [head.parameters.get('head.weight')!, head.parameters.get('head.bias')!];
  for (const label of known) {
    const [to, from] = [labels.indexOf(label), head.labels.indexOf(label)];
    weight.set(knownWeight.subarray(from * config.hiddenSize, (from + 1) * config.hiddenSize), to * config.hiddenSize);
    bias[to] = knownBias[from]!;
  }
  const fresh = labels.length - known.length;
  return { parameters, notes: [`${name} is a tagger already: it goes on from what it knows of ${known.length} labels${fresh > 0 ? `; ${fresh} are new to it` : ''}.`] };
}
