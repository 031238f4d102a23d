/** Requests at once with which a job begins. */
const first = 16;

/**
 * How many requests may be under way at once. It doubles with each round trip until a service turns one away for the first
 * time; then it is halved at each such refusal and grows by one a round trip (additive increase, multiplicative decrease:
 * Chiu and Jain 1989; the start is TCP's, RFC 5681).
 */
export class Pace {
  readonly #most: number;
  #allowed: number;
  #starting = true;
  #halved = -Infinity;

  constructor(most: number) {
    this.#most = most;
    this.#allowed = Math.min(first, most);
  }

  get atOnce(): number {
    return Math.floor(this.#allowed);
  }

  /** @param underWay requests at that time, this one included: where fewer are asked for than are allowed nothing was learned. */
  answered(underWay: number): void {
    if (underWay < this.atOnce) return;
    this.#allowed = Math.min(this.#most, this.#allowed + (this.#starting ? 1 : 1 / this.#allowed));
  }

  /**
   * Requests that were sent before the last halving say nothing of what is allowed now.
   * @param sent when the request was sent, and `now`, by one clock
   */
  turnedAway(sent: number, now: number): void {
    this.#starting = false;
    if (sent < this.#halved) return;
    this.#halved = now;
    this.#allowed = Math.max(1, this.#allowed / 2);
  }
}
