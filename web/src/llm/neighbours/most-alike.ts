/** The `k` highest scores with what has them, found in one pass: most candidates are below the lowest and cost one comparison. */
export class MostAlike {
  readonly #ids: Int32Array;
  readonly #scores: Float32Array;
  #count = 0;
  /** What a candidate must be above. */
  floor = -Infinity;

  constructor(k: number) {
    this.#ids = new Int32Array(k);
    this.#scores = new Float32Array(k);
  }

  /** Of equal scores the one offered first stays before the other. */
  offer(id: number, score: number): void {
    const { length } = this.#scores;
    if (length === 0 || (this.#count === length && !(score > this.floor))) return;
    let place = this.#count < length ? this.#count++ : length - 1;
    for (; place > 0 && this.#scores[place - 1]! < score; place--) {
      this.#scores[place] = this.#scores[place - 1]!;
      this.#ids[place] = this.#ids[place - 1]!;
    }
    this.#scores[place] = score;
    this.#ids[place] = id;
    if (this.#count === length) this.floor = this.#scores[length - 1]!;
  }

  /** The highest first; nothing is left. */
  take(): Int32Array {
    const ids = this.#ids.slice(0, this.#count);
    this.#count = 0;
    this.floor = -Infinity;
    return ids;
  }
}
