/** Whole numbers from 0 to 2³² − 1 that are added one by one: a fifth of the memory of an array of objects. */
export class Column {
  length = 0;
  #values: Uint32Array;

  constructor(expected = 1024) {
    this.#values = new Uint32Array(Math.max(16, expected));
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const longer = new Uint32Array(2 * this.#values.length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.length++] = value;
  }

  /** What has been added so far. */
  values(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}
