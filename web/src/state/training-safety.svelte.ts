import { measureSpace } from '../storage/quota.ts';
import { text } from '../texts/index.ts';

/** How often a training goes on by itself without having got any further: what fails in the same place again will fail there for ever. */
const MOST_ATTEMPTS = 3;

/** What of a training would survive the loss of its device, its worker or its tab. */
export class TrainingSafety {
  /** The step to go on from; null while there is none. */
  step = $state<number | null>(null);
  /** What stands against checkpoints, in words; empty where nothing does. */
  problem = $state('');
  /** Why it had to go on from a checkpoint by itself, and from which step. */
  interruption = $state.raw<{ message: string; step: number } | null>(null);

  #attempts = 0;

  /** A checkpoint was written. */
  kept(step: number): void {
    this.step = step;
    this.problem = '';
    this.#attempts = 0;
  }

  /** Whether a training that lost its device or its worker can go on by itself; if so it is told of. */
  revives(message: string): boolean {
    if (this.step === null || this.#attempts >= MOST_ATTEMPTS) return false;
    this.#attempts++;
    this.interruption = { message: message || text.jobs.crashed, step: this.step };
    return true;
  }

  /** Says so where checkpoints of so many bytes may not fit. */
  async warnOfSpace(checkpointBytes: number): Promise<void> {
    const space = await measureSpace();
    if (space && space.quota - space.usage < checkpointBytes) this.problem = text.train.keeping.tight(checkpointBytes, Math.max(0, space.quota - space.usage));
  }
}
