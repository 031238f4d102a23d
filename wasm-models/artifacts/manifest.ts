import type { EncoderConfig, Pooling } from '../models/config.ts';
import type { Program, ProgramOptions } from '../wgsl/program.ts';

/** A size that is known when the graph is built, or the name of one that is known when it runs. */
export type Dim = number | string;

export type ParameterGroup = 'encoder' | 'head';

/** Inputs that pick rows of a table. */
export type RowInput = 'input_ids' | 'position_ids' | 'token_type_ids';

export interface ParameterSpec {
  /** Stable dotted name, e.g. `encoder.layer.3.attention.qkv.weight`. */
  name: string;
  shape: number[];
  trainable: boolean;
  group: ParameterGroup;
  /**
   * Set for the three embedding tables. Their gradient is no output of the graph: it is the sum, over each row's
   * occurrences in this input, of the rows of `outputs.embeddingGradient`.
   */
  rowsOf?: RowInput;
  /** The training graph takes it and gives its gradient in float16. */
  half?: boolean;
}

export interface TensorSpec {
  name: string;
  dtype: 'float32' | 'int32';
  shape: Dim[];
}

/** Where dropout acts. Its mask (0 or 1 / (1 − rate)) is an input of the training graph, made by `fillDropoutMask`. */
export interface DropoutSite {
  /** Name of the graph input. */
  input: string;
  /** Sites of one stream read one random sequence, each from its own offset. */
  stream: 'hidden' | 'attention';
  /** Position in the stream of the mask's first element. */
  offset: number;
  rate: number;
  /** `[batch * tokens, hidden]` or `[batch, heads, tokens, tokens]`. */
  shape: Dim[];
  /** The training graph takes it in float16. */
  half?: boolean;
}

/** What the graphs expect and give. The graphs themselves hold no weights. */
export interface Manifest {
  encoder: EncoderConfig;
  labels: string[];
  pooling: Pooling;
  /** In the order of the graph's inputs; a trainable one without `rowsOf` has an output `<name>.grad`. */
  parameters: ParameterSpec[];
  /** The inputs that change with each batch, dropout masks aside. */
  batch: TensorSpec[];
  dropout: DropoutSite[];
  outputs: {
    /** Scalar. */
    loss: 'loss';
    /** `[batch, tokens, labels]`, one row a word slot. */
    logits: 'logits';
    /** `[batch * tokens, hidden]`; absent when all three tables are frozen. */
    embeddingGradient?: 'embeddings.grad';
  };
}

/** Concrete sizes make a graph for a GPU, which can be captured; names make one that takes any batch. */
export interface BatchDims {
  batch: Dim;
  tokens: Dim;
}

export interface GraphOptions {
  /** The sum of the tables' rows comes as an input `embeddings` `[batch * tokens, hidden]`, looked up beside the graph; tables and ids are then no inputs. */
  embedded?: boolean;
}

export interface TrainingOptions extends GraphOptions {
  dropout: boolean;
  /** Of each encoder layer its input alone is kept, and the layer computed again on the way back: the same numbers for a third more arithmetic and far less memory. */
  recompute?: boolean;
  /** The encoder's layers compute in float16; see `halfPrecision`. */
  half?: boolean;
}

/** A tagger as graphs: ONNX files (opset 18, weights as inputs) and what they expect. */
export interface TaggerGraphs {
  manifest: Manifest;
  /** Inputs: parameters, batch, dropout masks. Outputs: loss, one `.grad` a trainable parameter, `embeddings.grad`. */
  training(dims: BatchDims, options?: TrainingOptions): Uint8Array;
  /** What `training` does, as shaders. */
  trainingProgram(dims: Record<keyof BatchDims, number>, options: TrainingOptions, machine: ProgramOptions): Program;
  /** Inputs: parameters, batch without targets. Output: logits. */
  evaluation(dims: BatchDims, options?: GraphOptions): Uint8Array;
  /** AdamW as a WebAssembly module; see `AdamWExports`. */
  optimizer(): Uint8Array<ArrayBuffer>;
  /** Bytes of what a graph computes on its way, beside its inputs and outputs; see `intermediateBytes`, and `programBytes` for that of `trainingProgram`. */
  intermediateBytes(graph: 'training' | 'evaluation' | 'trainingProgram', dims: Record<keyof BatchDims, number>, options?: Pick<TrainingOptions, 'recompute' | 'half'>): number;
}

/** A tagger's head as graphs over word vectors `features` `[rows, features]`; any number of rows. */
export interface HeadGraphs {
  /** In the order of the graph's inputs. */
  parameters: ParameterSpec[];
  labels: number;
  /** Width of a word's vector. */
  features: number;
  /** Masks of `[rows, features]`; none at a rate of 0. */
  dropout: DropoutSite[];
  /** Inputs: features, parameters, masks, `targets` `[rows, labels]`, `weights` `[rows, 1]`. Outputs: loss, one `.grad` a parameter. */
  training(options: { dropout: boolean }): Uint8Array;
  /** Inputs: features, parameters. Output: `logits` `[rows, labels]`. */
  evaluation(): Uint8Array;
  /** AdamW as a WebAssembly module; see `AdamWExports`. */
  optimizer(): Uint8Array<ArrayBuffer>;
}
