import { ApiError } from '../error.ts';
import type { Ceilings } from './ceilings.ts';

/** The calls that wait for room in the budget or for a provider's turn: what they hold in memory is bounded. */
export class WaitingRoom {
  readonly #ceilings: Ceilings;
  #calls = 0;
  #bytes = 0;

  constructor(ceilings: Ceilings) {
    this.#ceilings = ceilings;
  }

  /** Lets in a call that holds so many bytes; the result lets it out. Throws an `ApiError` where there is no room. */
  enter(bytes: number): () => void {
    const { waitingCalls, waitingBytes } = this.#ceilings;
    if (this.#calls >= waitingCalls || this.#bytes + bytes > waitingBytes) {
      throw new ApiError(429, 'too_many_waiting', 'Too many calls wait on this server. Try again in a while.', { headers: { 'retry-after': '5' } });
    }
    this.#calls++;
    this.#bytes += bytes;
    return () => {
      this.#calls--;
      this.#bytes -= bytes;
    };
  }
}
