import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { randomStream } from '../../../wasm-models/random.ts';
import type { Document } from '../dataset/document.ts';
import type { ModelFolder } from '../encode/model-folder.ts';
import type { Engine, TaggerSession } from '../engine/engine.ts';
import { trainingBatches } from './batches.ts';
import type { Control } from './control.ts';
import { loadEncoder } from './encoder.ts';
import { evaluateTexts, type Scoring, type TaggedEvaluation } from './evaluation.ts';
import { fullParameters, taggerFiles } from './finish.ts';
import { evaluationsLeft, train, type TrainEvent } from './loop.ts';
import { microBatchThatFits, passBytes, stateBytes } from './memory.ts';
import { Pace } from './pace.ts';
import { prepareTraining, WORD_TABLE, type Prepared } from './prepare.ts';
import type { EndReason, RunResult, WorkerEvent } from './protocol.ts';
import type { Recipe } from './recipe.ts';
import type { LabelledTexts } from './texts.ts';

type WithoutJob<Event> = Event extends WorkerEvent ? Omit<Event, 'job'> : never;

/** What a run tells, in the words of the protocol. The last one is `trained`. */
export type RunEvent = WithoutJob<Extract<WorkerEvent, { type: 'progress' | 'started' | 'steps' | 'evaluation' | 'paused' | 'resumed' | 'trained' }>>;

export interface RunOrder {
  documents: readonly Document[];
  recipe: Recipe;
  encoder: ModelFolder;
  /** SPDX id of the encoder's licence, where the catalogue knows it; else its model card is asked. */
  licence?: string | undefined;
  engine: Engine;
  scoring: Scoring;
  control: Control;
  /** Ids of documents whose predictions go with each evaluation. */
  watch?: readonly string[];
  /** What is known beforehand and belongs with the result, such as why the CPU computes. */
  notes?: readonly string[];
}

/** On a GPU the losses are read rarely, because reading waits for it; elsewhere there is nothing to wait for. */
const READ_EVERY_MS = { webgpu: 500, wasm: 0, cpu: 0 };

/** A whole training: prepare, train, score, and put the tagger's files together. */
export async function* runTraining({ documents, recipe, encoder: folder, licence, engine, scoring, control, watch = [], notes = [] }: RunOrder): AsyncGenerator<RunEvent, void> {
  yield { type: 'progress', stage: 'encoder', done: 0, total: 0, message: `Reading ${folder.name}` };
  const encoder = await loadEncoder(folder, licence);
  yield { type: 'progress', stage: 'texts', done: 0, total: documents.length, message: `Splitting ${documents.length.toLocaleString('en')} texts into sub-tokens` };
  const prepared = prepareTraining(documents, recipe, encoder);
  prepared.notes.unshift(...notes);
  yield { type: 'progress', stage: 'graphs', done: 0, total: 0, message: `Building the graphs for ${engine.name}` };
  const session = await engine.open(prepared.graphs, prepared.parameters);
  try {
    yield* trainOn(session, prepared, { engine, scoring, control, watch });
  } finally {
    await session.dispose();
  }
}

async function* trainOn(session: TaggerSession, prepared: Prepared, { engine, scoring, control, watch }: Required<Pick<RunOrder, 'engine' | 'scoring' | 'control' | 'watch'>>): AsyncGenerator<RunEvent, void> {
  const { recipe, graphs, encoder, train: trainTexts, choose, test, selection, notes } = prepared;
  const device = { kind: engine.kind, name: engine.name };
  const longest = trainTexts.windows.reduce((length, { ids }) => Math.max(length, ids.length), 0);
  const batchSize = Math.min(recipe.batchSize, recipe.sampling === 'epochs' ? trainTexts.windows.length : recipe.batchSize);
  const microBatchSize = Math.min(batchSize, recipe.microBatchSize ?? microBatchThatFits(graphs.manifest, engine.kind, batchSize, longest));
  yield {
    type: 'started',
    steps: recipe.steps,
    device,
    encoder: encoder.name,
    selection,
    trainDocuments: trainTexts.documents.length,
    parameters: countParameters(prepared),
    memoryBytes: stateBytes(graphs.manifest) + passBytes(graphs.manifest, microBatchSize, longest),
    notes,
  };

  const evaluate = (texts: LabelledTexts, hand?: Control): Promise<TaggedEvaluation | null> => evaluateTexts(session, texts, prepared, engine.padding, scoring, hand);
  const pace = new Pace();
  const losses: number[] = [];
  let best: TaggedEvaluation | null = null;
  let latest: TaggedEvaluation | null = null;
  let end: Extract<TrainEvent, { type: 'end' }> | null = null;
  const events = train({
    session,
    recipe,
    examples: trainTexts.windows.length,
    batches: trainingBatches(prepared, microBatchSize, engine.padding),
    evaluate:
      choose &&
      (async () => {
        const began = performance.now();
        latest = await evaluate(choose, control);
        pace.addEvaluation(performance.now() - began);
        return latest;
      }),
    control,
    dropoutSeed: randomStream(recipe.seed, 'dropout').below(2 ** 31),
    readEveryMs: READ_EVERY_MS[engine.kind],
  });
  for await (const event of events) {
    if (event.type === 'steps') {
      losses.push(...event.losses);
      pace.addSteps(event.losses.length, event.tokens, event.ms);
      const left = choose ? evaluationsLeft(recipe, event.step, trainTexts.windows.length) : 0;
      yield { type: 'steps', losses: event.losses, step: event.step, learningRate: event.learningRate, tokensPerSecond: pace.tokensPerSecond, msLeft: pace.msLeft(recipe.steps - event.step, left) };
    } else if (event.type === 'evaluation') {
      if (event.best) best = latest;
      const watched = event.evaluation.predictions.filter(({ document }) => watch.includes(document));
      yield { type: 'evaluation', step: event.step, scores: event.evaluation.scores, best: event.best, watched };
    } else if (event.type === 'end') {
      end = event;
    } else {
      yield event;
    }
  }
  const { reason, steps, bestStep } = end!;

  let scored: { on: NonNullable<RunResult['scoredOn']>; texts: LabelledTexts; evaluation: TaggedEvaluation } | null = null;
  if (test) {
    yield { type: 'progress', stage: 'evaluation', done: 0, total: test.documents.length, message: `Scoring on ${test.documents.length.toLocaleString('en')} test texts` };
    scored = { on: 'test', texts: test, evaluation: (await evaluate(test))! };
  } else if (choose && best && selection.by !== 'last-step') {
    scored = { on: selection.by, texts: choose, evaluation: best };
  }
  yield { type: 'progress', stage: 'saving', done: 0, total: 0, message: 'Writing the tagger’s files' };
  const result: RunResult = {
    scores: scored?.evaluation.scores ?? null,
    strictScores: scored && scoring.strict(scored.texts.tags, scored.evaluation.predicted),
    scoredOn: scored?.on ?? null,
    interval: scored && scoring.interval(scored.texts.tags, scored.evaluation.predicted, recipe.seed),
    predictions: scored?.evaluation.predictions ?? [],
    selection,
    bestStep,
    steps,
    seed: recipe.seed,
    losses,
    stepMs: pace.stepMs,
    device,
    encoder: encoder.name,
    labels: prepared.labels,
    notes: [...notes, ...describeEnd(reason, prepared, best !== null)],
  };
  const parameters = fullParameters(prepared, await session.readParameters(), bestStep);
  yield { type: 'trained', reason, result, files: await taggerFiles(prepared, parameters, result) };
}

function describeEnd(reason: EndReason, { choose }: Prepared, evaluated: boolean): string[] {
  if (reason === 'stopped' && choose && !evaluated) return ['Stopped before the first evaluation: the parameters of the last step are taken.'];
  return [];
}

/** Those of the finished tagger, whose word table is whole. */
function countParameters({ graphs, encoder }: Prepared): number {
  const sizes = graphs.manifest.parameters.map(({ name, shape }) => (name === WORD_TABLE ? encoder.parameters.get(name)!.length : elementCount(shape)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
