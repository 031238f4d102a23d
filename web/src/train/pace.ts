import { median, quantile } from './quantile.ts';

/** How fast a run goes, from its latest steps and evaluations. */
export class Pace {
  #stepMs: number[] = [];
  #evaluationMs = 0;
  #evaluations = 0;
  #recent: { tokens: number; ms: number; steps: number }[] = [];

  /** Steps that took `ms` together. */
  addSteps(steps: number, tokens: number, ms: number): void {
    for (let step = 0; step < steps; step++) this.#stepMs.push(ms / steps);
    this.#recent.push({ tokens, ms, steps });
    // The first steps compile and warm up: what counts is the last ten seconds or twenty blocks.
    while (this.#recent.length > 20 && this.#sum('ms') > 10_000) this.#recent.shift();
  }

  addEvaluation(ms: number): void {
    this.#evaluationMs += ms;
    this.#evaluations++;
  }

  get tokensPerSecond(): number {
    return (1000 * this.#sum('tokens')) / Math.max(1, this.#sum('ms'));
  }

  msLeft(steps: number, evaluations: number): number {
    const step = this.#sum('ms') / Math.max(1, this.#sum('steps'));
    const evaluation = this.#evaluationMs / Math.max(1, this.#evaluations);
    return steps * step + evaluations * evaluation;
  }

  /** Over all steps. */
  get stepMs(): { median: number; p90: number } {
    return { median: median(this.#stepMs), p90: quantile(this.#stepMs, 0.9) };
  }

  #sum(key: 'tokens' | 'ms' | 'steps'): number {
    return this.#recent.reduce((sum, block) => sum + block[key], 0);
  }
}
