import { halfPrecision, recomputing } from '../../../wasm-models/index.ts';
import { paddedLength } from '../encode/batch.ts';
import type { Engine, Learner, TrainingBatch } from '../engine/engine.ts';
import { trainingBatches } from './batches.ts';
import type { Control } from './control.ts';
import { evaluateTexts, type Scoring, type TaggedEvaluation } from './evaluation.ts';
import { halvingPasses } from './halving.ts';
import { takeLosses } from './losses.ts';
import { planMemory } from './memory.ts';
import type { Prepared } from './prepare.ts';
import type { LabelledTexts } from './texts.ts';

/** What a run trains and scores: a whole tagger on a device, or its head over features that are kept. */
export interface Trainee<Batch> {
  learner: Learner<Batch>;
  /** The micro-batches of each step to do, for ever. */
  batches: Iterator<Batch[], never>;
  /** Sub-tokens of a batch's texts, without padding. */
  tokensOf(batch: Batch): number;
  /** Scores texts with the present parameters; null where `control` stopped it half-way. */
  evaluate(texts: LabelledTexts, control?: Control): Promise<TaggedEvaluation | null>;
  /** All of the tagger's, frozen ones too, with the compact word table. */
  parameters(): Promise<Map<string, Float32Array>>;
  /** Estimated peak on the device. */
  memoryBytes: number;
  /** What came up on the way and belongs with the result. */
  notes(): string[];
  /** Reading the losses waits for the device, so it is done when this many milliseconds have passed. */
  readEveryMs: number;
  dispose(): Promise<void>;
}

/** On a GPU the losses are read rarely, because reading waits for it; elsewhere there is nothing to wait for. */
const READ_EVERY_MS = { webgpu: 500, wasm: 0, cpu: 0 };

/** Sub-tokens of the longest window to train on. */
export function longestWindow({ train }: Pick<Prepared, 'train'>): number {
  return train.windows.reduce((length, { ids }) => Math.max(length, ids.length), 0);
}

/** The whole tagger: each step runs the encoder. The first `from` steps are left out. */
export async function openWholeTagger(prepared: Prepared, engine: Engine, scoring: Scoring, from = 0): Promise<Trainee<TrainingBatch>> {
  const { recipe, train } = prepared;
  const half = recipe.precision === 'float16' && engine.halfPrecision;
  const graphs = half ? halfPrecision(prepared.graphs) : prepared.graphs;
  const batchSize = Math.min(recipe.batchSize, recipe.sampling === 'epochs' ? train.windows.length : recipe.batchSize);
  const { microBatchSize, padding, recompute, bytes } = planMemory({ graphs, engine, windows: train.windows, batchSize, microBatchSize: recipe.microBatchSize });
  const session = await engine.open(recompute ? recomputing(graphs) : graphs, prepared.parameters, { size: microBatchSize, tokens: paddedLength(train.windows, padding) });
  const passes = halvingPasses(session);
  if (half) prepared.notes.push("In training, the encoder's layers were computed in half precision (float16); parameters, moments and scores are float32.");
  else if (recipe.precision === 'float16') prepared.notes.push(`The recipe asks for half precision, which ${engine.name} does not have here: trained in float32.`);
  if (recompute) prepared.notes.push("To fit into the device's memory, each layer of the encoder is computed again on the way back instead of being kept: a pass takes about a third longer, and the numbers are the same.");
  return {
    learner: {
      accumulate: (batch, dropout) => passes.accumulate(batch, dropout),
      update: (settings) => session.update(settings),
      takeLosses: () => takeLosses(session, half),
      readParameters: () => session.readParameters(),
      writeParameters: (parameters) => session.writeParameters(parameters),
      readMoments: () => session.readMoments(),
      writeMoments: (moments) => session.writeMoments(moments),
      dispose: () => session.dispose(),
    },
    batches: trainingBatches(prepared, microBatchSize, padding, from),
    tokensOf: realTokens,
    evaluate: (texts, control) => evaluateTexts(session, texts, prepared, engine, scoring, control),
    parameters: () => session.readParameters(),
    memoryBytes: bytes,
    notes: () => [
      ...(passes.texts === null ? [] : [`Memory ran short: in the end ${passes.texts} ${passes.texts === 1 ? 'text' : 'texts'} went through at once, which changes the speed and not the step.`]),
      ...(session.leftOut.updates === 0 ? [] : [`${session.leftOut.updates === 1 ? 'One update was' : `${session.leftOut.updates} updates were`} left out because a gradient was too large to be a number${half ? ' in half precision; in full precision it may not be' : ''}.`]),
    ],
    readEveryMs: READ_EVERY_MS[engine.kind],
    dispose: () => session.dispose(),
  };
}

function realTokens({ attentionBias }: TrainingBatch): number {
  let tokens = 0;
  for (const bias of attentionBias) if (bias === 0) tokens++;
  return tokens;
}
