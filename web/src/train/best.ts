import type { Learner } from '../engine/engine.ts';
import type { Scores } from '../evaluate/score.ts';
import type { Recipe } from './recipe.ts';

/** What is known of the best step so far, besides its parameters. Plain JSON. */
export interface BestState {
  step: number;
  /** Null before the first evaluation. */
  score: number | null;
  /** Evaluations since then. */
  withoutBetter: number;
}

/** The best parameters so far by the recipe's score. */
export class Best {
  #session: Learner<never>;
  #recipe: Recipe;
  #score = -Infinity;
  #step = 0;
  #parameters: ReadonlyMap<string, Float32Array> | null = null;
  #withoutBetter = 0;

  constructor(session: Learner<never>, recipe: Recipe, from: { state: BestState; parameters: ReadonlyMap<string, Float32Array> | null } | null = null) {
    this.#session = session;
    this.#recipe = recipe;
    if (!from) return;
    this.#score = from.state.score ?? -Infinity;
    this.#step = from.state.step;
    this.#withoutBetter = from.state.withoutBetter;
    this.#parameters = from.parameters;
  }

  get parameters(): ReadonlyMap<string, Float32Array> | null {
    return this.#parameters;
  }

  state(): BestState {
    return { step: this.#step, score: this.#score === -Infinity ? null : this.#score, withoutBetter: this.#withoutBetter };
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
