/** Settings of a training run. A recipe, a data set and a seed are a run; the same three give the same numbers on the same provider. */
export interface Recipe {
  name: string;
  /** What it is for, or the paper and section its numbers come from. */
  description: string;
  /** Optimizer steps. */
  steps: number;
  /** Texts a step. */
  batchSize: number;
  /** Texts a forward pass; gradients add up until `batchSize`. Null: as many as the device takes. */
  microBatchSize: number | null;
  learningRate: number;
  headLearningRate: number;
  weightDecay: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  clipNorm: number | null;
  schedule: 'linear' | 'cosine' | 'constant';
  /** Share of the steps that warm up. */
  warmup: number;
  /** Null: the rates of the encoder's own configuration. */
  dropout: number | null;
  /** Sub-tokens of a window, the two special ones included. */
  maxTokens: number;
  pooling: 'first' | 'mean' | 'sum';
  /** Bottom layers that stay as they are, the embeddings with them; 0 trains everything. `all` trains the head alone. */
  freezeLayers: number | 'all';
  /** Texts of each batch are drawn: shuffled epochs without replacement, or independently at random. */
  sampling: 'epochs' | 'random';
  /** Steps between two evaluations on the development texts; null: once an epoch. */
  evaluateEvery: number | null;
  /** Evaluations without a better score after which training ends; null: never. */
  patience: number | null;
  /** The score that chooses: entity micro-F1, macro-F1 or weighted F1. */
  selectBy: 'micro' | 'macro' | 'weighted';
  /** Share of train held out to choose the parameters where there is no development split; 0: take the last step. */
  holdOut: number;
  seed: number;
}
