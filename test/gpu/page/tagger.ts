import { buildTagger, recomputing } from '../../../wasm-models/index.ts';
import type { TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import type { TrainingBatch } from '../../../web/src/engine/engine.ts';
import { noise } from './compare.ts';

const LABELS = 5;

const BERT = {
  architecture: 'bert',
  maxPositions: 512,
  positionOffset: 0,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
  padTokenId: 0,
} as const;

export const ENCODERS = {
  tiny: { ...BERT, vocabularySize: 1000, hiddenSize: 64, layers: 2, heads: 2, intermediateSize: 256 },
  /** The sizes of MiniLM-L6 with the rows of a small data set. */
  minilm: { ...BERT, vocabularySize: 3000, hiddenSize: 384, layers: 6, heads: 12, intermediateSize: 1536 },
  /** A layer of BERT base or RoBERTa base. */
  base: { ...BERT, vocabularySize: 3000, hiddenSize: 768, layers: 1, heads: 12, intermediateSize: 3072 },
} satisfies Record<string, EncoderConfig>;

interface TaggerChoices {
  trainable?: ((parameter: string) => boolean) | undefined;
  labels?: number;
  layers?: number;
  recompute?: boolean;
}

/** A tagger with random weights of the usual spread. */
export function makeTagger(encoder: keyof typeof ENCODERS, { trainable, labels = LABELS, layers = ENCODERS[encoder].layers, recompute = false }: TaggerChoices = {}): { graphs: TaggerGraphs; parameters: Map<string, Float32Array> } {
  const config = { ...ENCODERS[encoder], layers };
  const graphs = buildTagger({
    encoder: config,
    labels: Array.from({ length: labels }, (_, label) => `label ${label}`),
    pooling: 'first',
    embeddingRows: config.vocabularySize,
    positions: 128,
    ...(trainable ? { trainable } : {}),
  });
  const parameters = new Map(
    graphs.manifest.parameters.map(({ name, shape }, i) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const values = noise(length, i + 1, name.endsWith('.bias') ? 0.01 : 0.05);
      return [name, /norm\.weight$/.test(name) ? values.map((value) => 1 + value) : values];
    }),
  );
  return { graphs: recompute ? recomputing(graphs) : graphs, parameters };
}

/** Texts of different lengths, words of one to three sub-tokens, a random label each; the same seed gives the same batch. */
export function makeBatch(size: number, tokens: number, rows: number, seed: number, labels = LABELS): TrainingBatch {
  const random = noise(4 * size * tokens, seed);
  let drawn = 0;
  const draw = (below: number): number => Math.floor(Math.abs(random[drawn++ % random.length]!) * 1e6) % below;
  const cells = size * tokens;
  const batch: TrainingBatch = {
    size,
    tokens,
    inputIds: new Int32Array(cells),
    positionIds: new Int32Array(cells),
    tokenTypeIds: new Int32Array(cells),
    attentionBias: new Float32Array(cells).fill(-1e4),
    pooling: new Float32Array(cells * tokens),
    targets: new Float32Array(cells * labels),
    weights: new Float32Array(cells),
  };
  let words = 0;
  for (let text = 0; text < size; text++) {
    const length = text === 0 ? tokens : Math.max(4, draw(tokens));
    let slot = 0;
    for (let token = 0; token < length; token++) {
      const cell = text * tokens + token;
      batch.inputIds[cell] = 1 + draw(rows - 1);
      batch.positionIds[cell] = token;
      batch.attentionBias[cell] = 0;
      if (token > 0 && token < length - 1 && draw(3) > 0) {
        batch.pooling[(text * tokens + slot) * tokens + token] = 1;
        // What can be learnt: the label follows from the id.
        batch.targets[(text * tokens + slot) * labels + (batch.inputIds[cell]! % labels)] = 1;
        batch.weights[text * tokens + slot] = 1;
        slot++;
        words++;
      }
    }
  }
  batch.weights.forEach((weight, i) => (batch.weights[i] = weight / words));
  return batch;
}
