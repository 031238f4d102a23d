import type { EncoderConfig, Pooling } from '../../../wasm-models/models/config.ts';
import { buildTagger } from '../../../wasm-models/index.ts';
import type { Engine, TaggerSession } from '../engine/engine.ts';

export interface WordVectorOptions {
  encoder: EncoderConfig;
  pooling: Pooling;
  /** Rows of the word table among the parameters. */
  embeddingRows: number;
}

/**
 * An encoder without a head on a device: what its `logits` give are the words' vectors `[size, tokens, hidden]`, in evaluation mode (no
 * dropout). It is run as a tagger whose head gives back what it gets, so every engine can; a head among the parameters is left out.
 */
export function openWordVectors(engine: Engine, { encoder, pooling, embeddingRows }: WordVectorOptions, parameters: ReadonlyMap<string, Float32Array>): Promise<Pick<TaggerSession, 'logits' | 'dispose'>> {
  const dimensions = encoder.hiddenSize;
  const graphs = buildTagger({
    encoder,
    labels: Array.from({ length: dimensions }, (_, i) => `dimension ${i}`),
    pooling,
    embeddingRows,
    positions: encoder.maxPositions,
    // Nothing is trained; what is frozen takes no memory for gradients.
    trainable: (parameter) => parameter === 'head.bias',
  });
  const identity = new Float32Array(dimensions * dimensions);
  for (let i = 0; i < dimensions; i++) identity[i * dimensions + i] = 1;
  return engine.open(graphs, new Map([...parameters, ['head.weight', identity], ['head.bias', new Float32Array(dimensions)]]));
}
