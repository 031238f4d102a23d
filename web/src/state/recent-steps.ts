import type { Change } from '../dataset/change.ts';

/** How many changed documents are remembered: a step over a whole data set is large. */
const most = 200_000;

/** Steps of the history that need not be read from the store to be undone at once, by their number. */
export class RecentSteps {
  readonly #steps = new Map<number, Change>();
  #documents = 0;

  get(number: number): Change | undefined {
    return this.#steps.get(number);
  }

  /** Remembers a step. One that has the number of another replaces it. */
  put(number: number, change: Change): void {
    this.#drop(number);
    this.#steps.set(number, change);
    this.#documents += change.documents.length;
    for (const old of this.#steps.keys()) {
      if (this.#documents <= most || old === number) break;
      this.#drop(old);
    }
  }

  clear(): void {
    this.#steps.clear();
    this.#documents = 0;
  }

  #drop(number: number): void {
    this.#documents -= this.#steps.get(number)?.documents.length ?? 0;
    this.#steps.delete(number);
  }
}
