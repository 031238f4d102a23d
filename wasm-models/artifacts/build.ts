import { backward } from '../autodiff/backward.ts';
import { Graph } from '../graph/graph.ts';
import { inHalfPrecision } from '../graph/half-precision.ts';
import { intermediateBytes } from '../graph/memory.ts';
import { prune } from '../graph/prune.ts';
import { product } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';
import { softCrossEntropy } from '../losses/cross-entropy.ts';
import type { EncoderConfig, Pooling } from '../models/config.ts';
import { taggerParameters } from '../models/parameters.ts';
import { batchInputs, tagger } from '../models/tagger.ts';
import { maskedDropout, noDropout } from '../nn/dropout.ts';
import { encodeModel } from '../onnx/encode.ts';
import { adamwModule } from '../optim/adamw.ts';
import { compileProgram, programBytes } from '../wgsl/program.ts';
import type { BatchDims, Manifest, TaggerGraphs, TrainingOptions } from './manifest.ts';

export interface TaggerOptions {
  encoder: EncoderConfig;
  /** `O` first, then `B-` and `I-` of each type. */
  labels: readonly string[];
  pooling: Pooling;
  /** Rows of the compact word table. */
  embeddingRows: number;
  /** Rows of the position table. */
  positions: number;
  /** Whether a parameter is trained; all are by default. */
  trainable?: (parameter: string) => boolean;
}

const ANY_BATCH: BatchDims = { batch: 'batch', tokens: 'tokens' };

/** A tagger as files: graphs for fixed or for any sizes, the optimizer, and what they expect (`manifest`). */
export function buildTagger(options: TaggerOptions): TaggerGraphs {
  const manifest = describe(options);
  return {
    manifest,
    training: (dims, options = { dropout: true }) => encodeModel(trainingGraph(manifest, dims, options), 'training'),
    trainingProgram: (dims, options, machine) => compileProgram(trainingGraph(manifest, dims, options), machine),
    optimizer: adamwModule,
    evaluation: (dims, { embedded = false } = {}) => encodeModel(evaluationGraph(manifest, dims, embedded), 'evaluation'),
    intermediateBytes(graph, dims, options = {}) {
      if (graph === 'evaluation') return intermediateBytes(evaluationGraph(manifest, dims, true));
      const training = trainingGraph(manifest, dims, { dropout: true, embedded: true, ...options });
      return graph === 'training' ? intermediateBytes(training) : programBytes(training);
    },
  };
}

/** The same tagger, whose training graphs compute activations again; see `TrainingOptions.recompute`. */
export function recomputing(graphs: TaggerGraphs): TaggerGraphs {
  return {
    ...graphs,
    training: (dims, options = { dropout: true }) => graphs.training(dims, { ...options, recompute: true }),
    trainingProgram: (dims, options, machine) => graphs.trainingProgram(dims, { ...options, recompute: true }, machine),
    intermediateBytes: (graph, dims, options = {}) => graphs.intermediateBytes(graph, dims, { ...options, recompute: true }),
  };
}

/** What belongs to the encoder's layers: almost all of a pass. Embeddings, head and loss are little work, and their gradients span more powers of two than float16 has. */
const inLayers = (name: string): boolean => /^(encoder|dropout)\.layer\./.test(name);

/**
 * The same tagger, whose training graphs compute the encoder's layers in float16. Parameters of layers, their gradients and masks then are float16 (`half` in the
 * manifest). Gradients below 6e-8 are lost in float16: multiply the words' weights, which all of them are proportional to, and divide what comes out.
 */
export function halfPrecision(graphs: TaggerGraphs): TaggerGraphs {
  const { manifest } = graphs;
  return {
    ...graphs,
    manifest: {
      ...manifest,
      parameters: manifest.parameters.map((parameter) => ({ ...parameter, half: inLayers(parameter.name) })),
      dropout: manifest.dropout.map((site) => ({ ...site, half: inLayers(site.input) })),
    },
    training: (dims, options = { dropout: true }) => graphs.training(dims, { ...options, half: true }),
    trainingProgram: (dims, options, machine) => graphs.trainingProgram(dims, { ...options, half: true }, machine),
    intermediateBytes: (graph, dims, options = {}) => graphs.intermediateBytes(graph, dims, { ...options, half: true }),
  };
}

/** Forward, loss and gradients. Parameters and masks are inputs; the file holds no weight. */
export function trainingGraph(manifest: Manifest, dims: BatchDims, options: TrainingOptions = { dropout: true }): Graph {
  const g = new Graph();
  const batch = addBatch(g, manifest, dims, { training: true, embedded: options.embedded ?? false });
  const dropout = options.dropout ? maskedDropout() : noDropout;
  const { embeddings, logits } = tagger(g, manifest.parameters, batch, dims, manifest.encoder, dropout, options.recompute);
  const rows = product(dims.batch, dims.tokens);
  const loss = g.scope('loss', () =>
    softCrossEntropy(g, logits, g.reshape(batch.get('targets')!, [rows, manifest.labels.length]), g.reshape(batch.get('weights')!, [rows, 1])),
  );
  const trained = manifest.parameters.filter((parameter) => parameter.trainable && !parameter.rowsOf);
  const values = trained.map((parameter) => g.inputs.find((input) => input.name === parameter.name)!);
  const gradients = backward(g, loss, manifest.outputs.embeddingGradient ? [...values, embeddings] : values);
  // The last use first: a rename rewrites the nodes behind it.
  const named: [Value, string][] = values.map((value) => [gradients.get(value)!, `${value.name}.grad`]);
  if (manifest.outputs.embeddingGradient) named.push([gradients.get(embeddings)!, manifest.outputs.embeddingGradient]);
  g.output(loss, manifest.outputs.loss);
  for (const [value, name] of named) g.output(value, name);
  prune(g);
  if (options.half) inHalfPrecision(g, { input: inLayers, node: ({ name }) => inLayers(name) });
  return g;
}

/** Forward alone, without dropout. */
export function evaluationGraph(manifest: Manifest, dims: BatchDims, embedded = false): Graph {
  const g = new Graph();
  const batch = addBatch(g, manifest, dims, { training: false, embedded });
  const { logits } = tagger(g, manifest.parameters, batch, dims, manifest.encoder, noDropout);
  g.output(g.reshape(logits, [dims.batch, dims.tokens, manifest.labels.length]), manifest.outputs.logits);
  prune(g);
  return g;
}

function addBatch(g: Graph, manifest: Manifest, dims: BatchDims, { training, embedded }: { training: boolean; embedded: boolean }): Map<string, Value> {
  const unused = new Set<string>(training ? [] : ['targets', 'weights']);
  if (manifest.encoder.tokenTypes === 0) unused.add('token_type_ids');
  if (embedded) for (const { rowsOf } of manifest.parameters) if (rowsOf) unused.add(rowsOf);
  const values = batchInputs(dims, manifest.labels.length)
    .filter((spec) => !unused.has(spec.name))
    .map((spec) => [spec.name, g.input(spec.name, spec.shape, spec.dtype)] as const);
  if (embedded) values.push(['embeddings', g.input('embeddings', [product(dims.batch, dims.tokens), manifest.encoder.hiddenSize])]);
  return new Map(values);
}

function describe({ encoder, labels, pooling, embeddingRows, positions, trainable = () => true }: TaggerOptions): Manifest {
  const parameters = taggerParameters(encoder, labels.length, { embeddingRows, positions }).map((parameter) => ({ ...parameter, trainable: trainable(parameter.name) }));
  if (!parameters.some((parameter) => parameter.trainable)) throw new Error('No parameter is trainable: leave at least the head unfrozen.');
  const tablesTrained = parameters.some((parameter) => parameter.rowsOf && parameter.trainable);
  const batch = batchInputs(ANY_BATCH, labels.length).filter((spec) => encoder.tokenTypes > 0 || spec.name !== 'token_type_ids');
  const outputs: Manifest['outputs'] = { loss: 'loss', logits: 'logits', ...(tablesTrained ? { embeddingGradient: 'embeddings.grad' as const } : {}) };
  const manifest: Manifest = { encoder, labels: [...labels], pooling, parameters, batch, dropout: [], outputs };
  // The forward pass says where dropout acts.
  const g = new Graph();
  const dropout = maskedDropout();
  tagger(g, parameters, addBatch(g, manifest, ANY_BATCH, { training: true, embedded: false }), ANY_BATCH, encoder, dropout);
  manifest.dropout = dropout.sites;
  return manifest;
}
