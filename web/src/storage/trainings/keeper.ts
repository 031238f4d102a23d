import type { Checkpoint, Keeper } from '../../train/checkpoint.ts';
import type { Checkpoints } from './checkpoints.ts';

/** What becomes of checkpoints, for people. */
export type KeeperNews = { type: 'kept'; step: number } | { type: 'unkept'; message: string };

/** No more often than this, however quick it is. */
const SHORTEST_MS = 3000;
/** Reading and writing take at most one part in so many of the time. */
const SHARE = 20;

/** Leaves checkpoints so often that they cost a twentieth of the time at most. */
export class TrainingKeeper implements Keeper {
  readonly #checkpoints: Pick<Checkpoints, 'save'>;
  readonly #tell: (news: KeeperNews) => void;
  readonly #now: () => number;
  #next: number;

  constructor(checkpoints: Pick<Checkpoints, 'save'>, tell: (news: KeeperNews) => void, now: () => number = () => performance.now()) {
    this.#checkpoints = checkpoints;
    this.#tell = tell;
    this.#now = now;
    this.#next = now() + SHORTEST_MS;
  }

  due(): boolean {
    return this.#now() >= this.#next;
  }

  async save(take: () => Promise<Checkpoint>): Promise<void> {
    const began = this.#now();
    const checkpoint = await take();
    try {
      await this.#checkpoints.save(checkpoint);
      this.#tell({ type: 'kept', step: checkpoint.progress.state.step });
    } catch (error) {
      this.#tell({ type: 'unkept', message: describe(error) });
    }
    const end = this.#now();
    this.#next = end + Math.max(SHORTEST_MS, SHARE * (end - began));
  }
}

function describe(error: unknown): string {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return 'The browser has no room left for the state of this training.';
  return `The state of this training could not be written (${error instanceof Error ? error.message : String(error)}).`;
}
