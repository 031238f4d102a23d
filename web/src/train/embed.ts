import type { ModelFolder } from '../encode/model-folder.ts';
import type { Engine } from '../engine/engine.ts';
import type { WordRange } from '../text/span.ts';
import type { Control } from './control.ts';
import { loadEncoder } from './encoder.ts';
import { passWindows } from './label-windows.ts';
import type { Untagged } from './tagger.ts';
import { encodeTexts } from './texts.ts';
import { TrainingError } from './training-error.ts';
import { openWordVectors } from './word-vectors.ts';

/** The words of a text as vectors. */
export interface EmbeddedText {
  words: readonly WordRange[];
  /** `[words, dimensions]`: each the sum of its sub-tokens' vectors in the encoder's last layer, so that sums over words are sums over sub-tokens. */
  vectors: Float32Array;
}

/** An encoder without a head, ready on a device. */
export interface Embedder {
  dimensions: number;
  /** A group of texts at a time, in order. `control` ends it between two passes; the group it was at is not given. */
  embed(texts: readonly Untagged[], control: Control): AsyncGenerator<EmbeddedText[], void>;
  dispose(): Promise<void>;
}

/** Texts embedded together: many windows of like length a pass, and not all vectors at once in memory. */
const GROUP = 512;

/** Opens an encoder, or the encoder of a tagger, on a device. */
export async function openEmbedder(folder: ModelFolder, engine: Engine, { maxTokens = 128 } = {}): Promise<Embedder> {
  const { name, config, tokenizer, parameters } = await loadEncoder(folder);
  const dimensions = config.hiddenSize;
  const session = await openWordVectors(engine, { encoder: config, pooling: 'sum', embeddingRows: config.vocabularySize }, parameters);
  const options = {
    engine,
    labels: dimensions,
    rowOf(id: number): number {
      if (id < config.vocabularySize) return id;
      throw new TrainingError(`The tokenizer of ${name} gives token id ${id}, but its vocabulary has ${config.vocabularySize} rows.`, 'tokenizer.json and config.json don’t belong together: fetch the model again.');
    },
    padding: tokenizer.special.padding,
    positionOffset: config.positionOffset,
    pooling: 'sum' as const,
  };
  const size = { maxTokens: Math.min(maxTokens, config.maxPositions - config.positionOffset) };
  return {
    dimensions,
    async *embed(texts, control) {
      for (let first = 0; first < texts.length && !control.stopped; first += GROUP) {
        const { words, windows } = encodeTexts(texts.slice(first, first + GROUP), tokenizer, size);
        const embedded = words.map((ranges) => ({ words: ranges, vectors: new Float32Array(ranges.length * dimensions) }));
        const done = await passWindows(session, windows, { ...options, control }, (text, word, vector) => embedded[text]!.vectors.set(vector, word * dimensions));
        if (!done) return;
        yield embedded;
      }
    },
    dispose: () => session.dispose(),
  };
}
