import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { randomStream } from '../../../wasm-models/random.ts';
import type { Document } from '../dataset/document.ts';
import type { ModelFolder } from '../encode/model-folder.ts';
import type { Engine } from '../engine/engine.ts';
import { mostCheckpointBytes, restoreCheckpoint, takeCheckpoint, type Checkpoint, type Keeper } from './checkpoint.ts';
import type { Control } from './control.ts';
import { loadEncoder } from './encoder.ts';
import type { Scoring, TaggedEvaluation } from './evaluation.ts';
import { keepsFeatures, MOST_FEATURE_BYTES } from './features.ts';
import { fullParameters, taggerFiles } from './finish.ts';
import { openHeadAlone } from './head-alone.ts';
import { evaluationsLeft, train, type TrainEvent } from './loop.ts';
import { Pace } from './pace.ts';
import { prepareTraining, WORD_TABLE, type Prepared } from './prepare.ts';
import type { EndReason, EvaluatedStep, RunResult, WorkerEvent } from './protocol.ts';
import type { Recipe } from './recipe.ts';
import type { LabelledTexts } from './texts.ts';
import { openWholeTagger, type Trainee } from './trainee.ts';

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
  /** Most bytes of word vectors to keep where the encoder is frozen; beyond, the encoder runs in every step. */
  featureBytes?: number;
  /** Where to leave checkpoints; none are made without. */
  keeper?: Keeper;
  /** Where the same training stood when it was broken off. */
  checkpoint?: Checkpoint | null;
}

/** A whole training: prepare, train, score, and put the tagger's files together. */
export async function* runTraining({ documents, recipe, encoder: folder, licence, engine, scoring, control, watch = [], notes = [], featureBytes = MOST_FEATURE_BYTES, keeper, checkpoint = null }: RunOrder): AsyncGenerator<RunEvent, void> {
  yield { type: 'progress', stage: 'encoder', done: 0, total: 0, message: `Reading ${folder.name}` };
  const encoder = await loadEncoder(folder, licence);
  yield { type: 'progress', stage: 'texts', done: 0, total: documents.length, message: `Splitting ${documents.length.toLocaleString('en')} texts into sub-tokens` };
  const prepared = prepareTraining(documents, recipe, encoder);
  prepared.notes.unshift(...notes);
  yield { type: 'progress', stage: 'graphs', done: 0, total: 0, message: `Building the graphs for ${engine.name}` };
  const from = checkpoint?.progress.state.step ?? 0;
  const rest = { engine, scoring, control, watch, keeper, checkpoint };
  if (keepsFeatures(prepared, featureBytes)) yield* trainOn(yield* openHeadAlone(prepared, engine, scoring, control, from), prepared, rest);
  else yield* trainOn(await openWholeTagger(prepared, engine, scoring, from), prepared, rest);
}

type Setting = Required<Pick<RunOrder, 'engine' | 'scoring' | 'control' | 'watch'>> & { keeper: Keeper | undefined; checkpoint: Checkpoint | null };

async function* trainOn<Batch>(trainee: Trainee<Batch>, prepared: Prepared, setting: Setting): AsyncGenerator<RunEvent, void> {
  try {
    yield* trainAndScore(trainee, prepared, setting);
  } finally {
    await trainee.dispose();
  }
}

async function* trainAndScore<Batch>(trainee: Trainee<Batch>, prepared: Prepared, { engine, scoring, control, watch, keeper, checkpoint }: Setting): AsyncGenerator<RunEvent, void> {
  const { recipe, encoder, train: trainTexts, choose, test, selection, notes } = prepared;
  const device = { kind: engine.kind, name: engine.name };
  const before = checkpoint?.progress ?? null;
  if (checkpoint) await restoreCheckpoint(trainee.learner, checkpoint, prepared.graphs.manifest.parameters);
  if (before && before.device !== engine.name) notes.push(`The first ${before.state.step} steps were computed by ${before.device}, the others by ${engine.name}: in its last digits the result differs from that of one device.`);
  yield {
    type: 'started',
    steps: recipe.steps,
    device,
    encoder: encoder.name,
    selection,
    trainDocuments: trainTexts.documents.length,
    parameters: countParameters(prepared),
    memoryBytes: trainee.memoryBytes,
    notes,
    checkpointBytes: mostCheckpointBytes(prepared.graphs.manifest),
    before: before && { step: before.state.step, losses: before.losses, evaluations: before.evaluations, milliseconds: before.milliseconds },
  };

  const pace = new Pace();
  const began = performance.now();
  const losses = [...(before?.losses ?? [])];
  const evaluations: EvaluatedStep[] = [...(before?.evaluations ?? [])];
  let best: TaggedEvaluation | null = before?.bestEvaluation ?? null;
  let latest: TaggedEvaluation | null = null;
  let end: Extract<TrainEvent, { type: 'end' }> | null = null;
  const events = train({
    session: trainee.learner,
    recipe,
    examples: trainTexts.windows.length,
    batches: trainee.batches,
    tokensOf: (batch) => trainee.tokensOf(batch),
    evaluate:
      choose &&
      (async () => {
        const began = performance.now();
        latest = await trainee.evaluate(choose, control);
        pace.addEvaluation(performance.now() - began);
        return latest;
      }),
    control,
    dropoutSeed: randomStream(recipe.seed, 'dropout').below(2 ** 31),
    readEveryMs: trainee.readEveryMs,
    from: checkpoint && { state: checkpoint.progress.state, bestParameters: checkpoint.bestParameters },
    ...(keeper ? { checkpointDue: () => keeper.due() } : {}),
  });
  for await (const event of events) {
    if (event.type === 'steps') {
      losses.push(...event.losses);
      pace.addSteps(event.losses.length, event.tokens, event.ms);
      const left = choose ? evaluationsLeft(recipe, event.step, trainTexts.windows.length) : 0;
      yield { type: 'steps', losses: event.losses, step: event.step, learningRate: event.learningRate, tokensPerSecond: pace.tokensPerSecond, msLeft: pace.msLeft(recipe.steps - event.step, left) };
    } else if (event.type === 'evaluation') {
      if (event.best) best = latest;
      evaluations.push({ step: event.step, scores: event.evaluation.scores, best: event.best });
      const watched = event.evaluation.predictions.filter(({ document }) => watch.includes(document));
      yield { type: 'evaluation', step: event.step, scores: event.evaluation.scores, best: event.best, watched };
    } else if (event.type === 'checkpoint') {
      const progress = { state: event.state, losses, evaluations, bestEvaluation: best, device: engine.name, milliseconds: (before?.milliseconds ?? 0) + performance.now() - began };
      await keeper?.save(() => takeCheckpoint(trainee.learner, progress, event.bestParameters));
    } else if (event.type === 'end') {
      end = event;
    } else {
      yield event;
    }
  }
  const { reason, steps, bestStep } = end!;

  let scored: { on: NonNullable<RunResult['scoredOn']>; texts: LabelledTexts; evaluation: TaggedEvaluation } | null = null;
  const choosing = choose && selection.by !== 'last-step' ? { on: selection.by, texts: choose } : null;
  if (choosing && best && !test) {
    scored = { ...choosing, evaluation: best };
  } else {
    // Stopped before its first evaluation it is scored now; stopped before its first step it has nothing to score.
    const last = steps === 0 ? null : test ? { on: 'test' as const, texts: test } : choosing;
    if (last) {
      const { length } = last.texts.documents;
      yield { type: 'progress', stage: 'evaluation', done: 0, total: length, message: `Scoring on ${length.toLocaleString('en')} ${last.on === 'test' ? 'test texts' : 'texts'}` };
      scored = { ...last, evaluation: (await trainee.evaluate(last.texts))! };
    }
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
    notes: [...notes, ...trainee.notes(), ...describeEnd(reason, prepared, best !== null)],
  };
  const parameters = fullParameters(prepared, await trainee.parameters(), bestStep);
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
