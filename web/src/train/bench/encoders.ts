import type { EncoderConfig } from '../../../../wasm-models/models/config.ts';

/** Encoders by whose shape is measured; the weights are random. */
export const encoderNames = ['tiny', 'minilm', 'bert'] as const;
export type EncoderName = (typeof encoderNames)[number];

const bert = {
  architecture: 'bert', vocabularySize: 30522, maxPositions: 512, positionOffset: 0, tokenTypes: 2, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0,
} as const;

/** As in the `config.json` of our own tiny encoder, of all-MiniLM-L6-v2 and of bert-base-uncased. */
export const encoderShapes: Record<EncoderName, EncoderConfig> = {
  tiny: { ...bert, vocabularySize: 1588, hiddenSize: 64, layers: 2, heads: 2, intermediateSize: 128, maxPositions: 128 },
  minilm: { ...bert, hiddenSize: 384, layers: 6, heads: 12, intermediateSize: 1536 },
  bert: { ...bert, hiddenSize: 768, layers: 12, heads: 12, intermediateSize: 3072 },
};
