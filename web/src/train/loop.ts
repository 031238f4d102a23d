import type { DropoutKey, Learner } from '../engine/engine.ts';
import type { Scores } from '../evaluate/score.ts';
import { Best, type BestState } from './best.ts';
import { takeMessages, type Control } from './control.ts';
import type { EndReason, Prediction } from './protocol.ts';
import type { Recipe } from './recipe.ts';
import { endsEpoch } from './epoch.ts';
import { learningRateFactor, updateAt } from './schedule.ts';
import { TrainingError } from './training-error.ts';

/** What an evaluation of the present parameters found. */
export interface Evaluation {
  scores: Scores;
  predictions: Prediction[];
}

/** Where a training stands after a step: with the session's parameters and moments, all that it takes to go on. Plain JSON. */
export interface LoopState {
  step: number;
  /** Passes so far: what the next dropout masks are drawn from. */
  passes: number;
  best: BestState;
}

export interface TrainingRun<Batch> {
  session: Learner<Batch>;
  recipe: Recipe;
  /** Training examples: the length of an epoch. */
  examples: number;
  /** The micro-batches of each step from the first one to do; the weights of a step add up to 1. */
  batches: Iterator<Batch[], never>;
  /** Sub-tokens of a batch's texts, without padding. */
  tokensOf: (batch: Batch) => number;
  /** Scores the parameters that the session holds; null: nothing chooses, the last step is taken. It gives null where it was stopped half-way. */
  evaluate: (() => Promise<Evaluation | null>) | null;
  control: Control;
  dropoutSeed: number;
  /** Reading the losses waits for the device, so it is done when this many milliseconds have passed. 0: after every step. */
  readEveryMs: number;
  /** Where to go on; the session holds the parameters and moments of then. */
  from?: { state: LoopState; bestParameters: ReadonlyMap<string, Float32Array> | null } | null;
  /** Whether it is time for a `checkpoint`; none where it is left out. Asked after each step. */
  checkpointDue?: () => boolean;
}

export type TrainEvent =
  /** `step` steps are done; the last loss is its loss. `tokens` are those of the texts, without padding. */
  | { type: 'steps'; step: number; losses: number[]; learningRate: number; tokens: number; ms: number }
  | { type: 'evaluation'; step: number; evaluation: Evaluation; best: boolean }
  /** While this event is looked at, the session rests: its parameters and moments are those of `state`. */
  | { type: 'checkpoint'; state: LoopState; bestParameters: ReadonlyMap<string, Float32Array> | null }
  | { type: 'paused'; step: number }
  | { type: 'resumed'; step: number }
  /** The session now holds the parameters of `bestStep`. */
  | { type: 'end'; reason: EndReason; steps: number; bestStep: number };

/** Trains until the recipe's steps are done, the score stands still or `control` says stop. What is done with the events is the caller's business. */
export async function* train<Batch>(run: TrainingRun<Batch>): AsyncGenerator<TrainEvent, void> {
  const { session, recipe, control, from } = run;
  let step = from?.state.step ?? 0;
  let passes = from?.state.passes ?? 0;
  let kept = step;
  const block = new Block(session, recipe, step);
  const best = new Best(session, recipe, from ? { state: from.state.best, parameters: from.bestParameters } : null);
  let reason: EndReason = 'finished';

  while (step < recipe.steps && !best.stoodStill()) {
    await takeMessages();
    if (run.checkpointDue && step > kept && (control.paused || run.checkpointDue())) {
      yield* block.read(step);
      yield { type: 'checkpoint', state: { step, passes, best: best.state() }, bestParameters: best.parameters };
      kept = step;
      block.restart();
    }
    if (control.paused) {
      yield* block.read(step);
      yield { type: 'paused', step };
      await control.untilResumed();
      if (!control.stopped) yield { type: 'resumed', step };
      block.restart();
    }
    if (control.stopped) {
      reason = 'stopped';
      break;
    }

    for (const batch of run.batches.next().value) {
      const dropout: DropoutKey | null = recipe.dropout === 0 ? null : { seed: run.dropoutSeed, counter: passes++ };
      await session.accumulate(batch, dropout);
      block.tokens += run.tokensOf(batch);
    }
    await session.update(updateAt(recipe, step));
    const evaluationDue = run.evaluate !== null && isEvaluationDue(recipe, step, run.examples);
    step++;

    if (evaluationDue || step === recipe.steps || block.age() >= run.readEveryMs) yield* block.read(step);
    if (evaluationDue && run.evaluate) {
      const evaluation = await run.evaluate();
      if (!evaluation) {
        reason = 'stopped';
        break;
      }
      yield { type: 'evaluation', step, evaluation, best: await best.offer(step, evaluation.scores) };
      block.restart();
    }
  }
  if (reason === 'finished' && step < recipe.steps) reason = 'early-stop';

  yield* block.read(step);
  const bestStep = await best.restore(step);
  yield { type: 'end', reason, steps: step, bestStep };
}

/** The last step is always evaluated: its parameters are a candidate too. */
function isEvaluationDue(recipe: Recipe, step: number, examples: number): boolean {
  if (step + 1 === recipe.steps) return true;
  return recipe.evaluateEvery === null ? endsEpoch(step, recipe, examples) : (step + 1) % recipe.evaluateEvery === 0;
}

/** Evaluations that are still to come after `step` steps, if the run goes to its end. */
export function evaluationsLeft(recipe: Recipe, step: number, examples: number): number {
  let count = 0;
  for (let next = step; next < recipe.steps; next++) if (isEvaluationDue(recipe, next, examples)) count++;
  return count;
}

/** The steps since the losses were last read. */
class Block {
  tokens = 0;
  #session: Learner<never>;
  #recipe: Recipe;
  #began = performance.now();
  #from: number;

  constructor(session: Learner<never>, recipe: Recipe, from: number) {
    this.#session = session;
    this.#recipe = recipe;
    this.#from = from;
  }

  age(): number {
    return performance.now() - this.#began;
  }

  restart(): void {
    this.tokens = 0;
    this.#began = performance.now();
  }

  async *read(step: number): AsyncGenerator<TrainEvent, void> {
    if (step === this.#from) return;
    const losses = await this.#session.takeLosses();
    const ms = this.age();
    const unusable = losses.findIndex((loss) => !Number.isFinite(loss));
    if (unusable >= 0) {
      throw new TrainingError(
        `The loss of step ${this.#from + unusable + 1} is not a number: the training has run away.`,
        'Train with a smaller learning rate, or with a norm at which gradients are clipped.',
      );
    }
    const learningRate = this.#recipe.learningRate * learningRateFactor(this.#recipe, step - 1);
    const { tokens } = this;
    this.#from = step;
    this.restart();
    yield { type: 'steps', step, losses, learningRate, tokens, ms };
  }
}
