/** The three published encoder families that are one network with different details. */
export type Architecture = 'bert' | 'distilbert' | 'roberta';

/** What distinguishes one BERT-shaped encoder from another. Read from a `config.json` by `readEncoderConfig`. */
export interface EncoderConfig {
  architecture: Architecture;
  vocabularySize: number;
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  /** Rows of the position table, the unused first ones of RoBERTa included. */
  maxPositions: number;
  /** Row of the first token's position: 0, or `pad_token_id + 1` for RoBERTa. */
  positionOffset: number;
  /** Rows of the token type table; 0 where there is none (DistilBERT). */
  tokenTypes: number;
  layerNormEpsilon: number;
  hiddenDropout: number;
  attentionDropout: number;
  padTokenId: number;
}

/** How the vectors of a word's sub-tokens become the vector of the word. */
export type Pooling = 'first' | 'mean' | 'sum';
