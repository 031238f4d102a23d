import { elementCount } from '../../../../wasm-models/graph/shape.ts';
import type { EncoderConfig } from '../../../../wasm-models/models/config.ts';
import { buildTagger } from '../../../../wasm-models/index.ts';
import type { TaggerGraphs } from '../../../../wasm-models/artifacts/manifest.ts';
import { randomStream } from '../../../../wasm-models/random.ts';
import { PADDING_BIAS } from '../../encode/batch.ts';
import type { TrainingBatch } from '../../engine/engine.ts';

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
  const draw = repeatingNormals();
  const values = graphs.manifest.parameters.map(({ name, shape }) => {
    const weights = new Float32Array(elementCount(shape));
    return [name, name.endsWith('norm.weight') ? weights.fill(1) : draw(weights)] as const;
  });
  return { graphs, parameters: new Map(values), embeddingRows };
}

/** Weights that are drawn; further ones begin anew, because drawing each of a large encoder would take longer than its steps. */
const DRAWN = 2 ** 21;

/** Fills arrays, one after the other, with normal numbers of standard deviation 0.02. */
function repeatingNormals(): (into: Float32Array) => Float32Array {
  const random = randomStream(1, 'bench');
  const drawn: number[] = [];
  let next = 0;
  return (into) => {
    for (let index = 0; index < into.length; index++, next = (next + 1) % DRAWN) into[index] = drawn[next] ??= 0.02 * random.normal();
    return into;
  };
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
