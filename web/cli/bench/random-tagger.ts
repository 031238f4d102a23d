import { elementCount } from '../../../wasm-models/graph/shape.ts';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';
import { buildTagger } from '../../../wasm-models/index.ts';
import type { TaggerGraphs } from '../../../wasm-models/artifacts/manifest.ts';
import { randomStream } from '../../../wasm-models/random.ts';
import type { TrainingBatch } from '../../src/engine/engine.ts';

/** Distinct sub-tokens of a data set of some thousand texts: what a compact word table usually holds. */
const ROWS = 8192;
/** `O` and two labels each of nine types, as in CrossNER politics. */
export const LABELS = 19;

export interface RandomTagger {
  graphs: TaggerGraphs;
  parameters: Map<string, Float32Array>;
  /** Rows of the compact word table. */
  embeddingRows: number;
}

/** A tagger with random weights: the values don't matter to the time, and the same ones always come. */
export function randomTagger(encoder: EncoderConfig): RandomTagger {
  const embeddingRows = Math.min(encoder.vocabularySize, ROWS);
  const graphs = buildTagger({ encoder, labels: Array.from({ length: LABELS }, (_, index) => `label ${index}`), pooling: 'first', embeddingRows, positions: encoder.maxPositions });
  const random = randomStream(1, 'bench');
  const values = graphs.manifest.parameters.map(({ name, shape }) => {
    const size = elementCount(shape);
    return [name, name.endsWith('norm.weight') ? new Float32Array(size).fill(1) : Float32Array.from({ length: size }, () => 0.02 * random.normal())] as const;
  });
  return { graphs, parameters: new Map(values), embeddingRows };
}

/** Texts of random sub-tokens, each a word with one label. With `padded` the last text is half as long as the first, and those between them fall evenly. */
export function randomBatch(encoder: EncoderConfig, size: number, tokens: number, { padded = false } = {}): TrainingBatch {
  const rows = Math.min(encoder.vocabularySize, ROWS);
  const random = randomStream(2, 'bench');
  const cells = size * tokens;
  const batch: TrainingBatch = {
    size,
    tokens,
    inputIds: Int32Array.from({ length: cells }, () => random.below(rows)),
    positionIds: Int32Array.from({ length: cells }, (_, cell) => encoder.positionOffset + (cell % tokens)),
    tokenTypeIds: new Int32Array(cells),
    attentionBias: new Float32Array(cells),
    pooling: new Float32Array(cells * tokens),
    targets: new Float32Array(cells * LABELS),
    weights: new Float32Array(cells),
  };
  const lengths = Array.from({ length: size }, (_, text) => (padded ? tokens - Math.floor((text * tokens) / (2 * size)) : tokens));
  const words = lengths.reduce((sum, length) => sum + length, 0);
  for (let cell = 0; cell < cells; cell++) {
    const label = random.below(LABELS);
    if (cell % tokens >= lengths[Math.floor(cell / tokens)]!) {
      batch.attentionBias[cell] = PADDING_BIAS;
      continue;
    }
    batch.pooling[cell * tokens + (cell % tokens)] = 1;
    batch.targets[cell * LABELS + label] = 1;
    batch.weights[cell] = 1 / words;
  }
  return batch;
}

/** Added to the attention scores of padding. */
const PADDING_BIAS = -1e9;
