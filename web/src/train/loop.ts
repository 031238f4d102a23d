import type { DropoutKey, Learner } from '../engine/engine.ts';
import type { Scores } from '../evaluate/score.ts';
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

export interface TrainingRun<Batch> {
  session: Learner<Batch>;
  recipe: Recipe;
  /** Training examples: the length of an epoch. */
  examples: number;
  /** The micro-batches of each step; the weights of a step add up to 1. */
  batches: Iterator<Batch[], never>;
  /** Sub-tokens of a batch's texts, without padding. */
  tokensOf: (batch: Batch) => number;
  /** Scores the parameters that the session holds; null: nothing chooses, the last step is taken. It gives null where it was stopped half-way. */
  evaluate: (() => Promise<Evaluation | null>) | null;
  control: Control;
  dropoutSeed: number;
  /** Reading the losses waits for the device, so it is done when this many milliseconds have passed. 0: after every step. */
  readEveryMs: number;
}

export type TrainEvent =
  /** `step` steps are done; the last loss is its loss. `tokens` are those of the texts, without padding. */
  | { type: 'steps'; step: number; losses: number[]; learningRate: number; tokens: number; ms: number }
  | { type: 'evaluation'; step: number; evaluation: Evaluation; best: boolean }
  | { type: 'paused'; step: number }
  | { type: 'resumed'; step: number }
  /** The session now holds the parameters of `bestStep`. */
  | { type: 'end'; reason: EndReason; steps: number; bestStep: number };

/** Trains until the recipe's steps are done, the score stands still or `control` says stop. What is done with the events is the caller's business. */
export async function* train<Batch>(run: TrainingRun<Batch>): AsyncGenerator<TrainEvent, void> {
  const { session, recipe, control } = run;
  const block = new Block(session, recipe);
  const best = new Best(session, recipe);
  let step = 0;
  let microBatches = 0;
  let reason: EndReason = 'finished';

  while (step < recipe.steps) {
    await takeMessages();
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
      const dropout: DropoutKey | null = recipe.dropout === 0 ? null : { seed: run.dropoutSeed, counter: microBatches++ };
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
      if (step < recipe.steps && best.stoodStill()) {
        reason = 'early-stop';
        break;
      }
      block.restart();
    }
  }

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
  #from = 0;

  constructor(session: Learner<never>, recipe: Recipe) {
    this.#session = session;
    this.#recipe = recipe;
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

/** The best parameters so far by the recipe's score. */
class Best {
  #session: Learner<never>;
  #recipe: Recipe;
  #score = -Infinity;
  #step = 0;
  #parameters: Map<string, Float32Array> | null = null;
  #withoutBetter = 0;

  constructor(session: Learner<never>, recipe: Recipe) {
    this.#session = session;
    this.#recipe = recipe;
  }

  /** Whether these are the best scores so far. As long as the best is 0 the tagger hasn't begun to find anything: that doesn't count as standing still, and of such steps the last is the best. */
  async offer(step: number, scores: Scores): Promise<boolean> {
    const score = scores[this.#recipe.selectBy].f1;
    const better = score > this.#score || (score === 0 && this.#score === 0);
    this.#withoutBetter = better || this.#score === 0 ? 0 : this.#withoutBetter + 1;
    if (better) {
      this.#score = score;
      this.#step = step;
      this.#parameters = await this.#session.readParameters();
    }
    return better;
  }

  stoodStill(): boolean {
    return this.#recipe.patience !== null && this.#withoutBetter >= this.#recipe.patience;
  }

  /** Puts the best parameters back, where there are any; gives the step they are of. */
  async restore(step: number): Promise<number> {
    if (!this.#parameters) return step;
    if (this.#step !== step) await this.#session.writeParameters(this.#parameters);
    return this.#step;
  }
}
