import type { EncoderConfig } from '../../../../wasm-models/models/config.ts';
import type { BenchPage } from '../browser.ts';
import type { Terminal } from '../../verb.ts';

/** What all rows are measured with. */
export interface Setting {
  threads: number;
  /** Times that everybody has a turn. */
  rounds: number;
  /** MiniLM-L6's sizes. */
  miniLm: EncoderConfig;
  /** Why PyTorch can't be measured, or null. */
  pyTorchProblem: string | null;
  page: BenchPage;
  terminal: Terminal;
}

/** An encoder of one's own size, BERT's in everything else. It has no table of token types, so that all programs look up the same. */
export function smallEncoder(layers: number, hiddenSize: number): EncoderConfig {
  return {
    architecture: 'distilbert', vocabularySize: 1000, hiddenSize, layers, heads: hiddenSize / 32, intermediateSize: 4 * hiddenSize, maxPositions: 128, positionOffset: 0,
    tokenTypes: 0, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, padTokenId: 0,
  };
}

export const sizesOf = ({ layers, hiddenSize }: EncoderConfig): string => `${layers} layers of ${hiddenSize}`;
