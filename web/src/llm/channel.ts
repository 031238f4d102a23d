/** Passes values from those who make them, each in its own time, to one reader. */
export class Channel<Value> implements AsyncIterable<Value> {
  readonly #most: number;
  #values: Value[] = [];
  #ended: { error?: unknown } | null = null;
  #changed = Promise.withResolvers<void>();

  /** @param most values that wait before makers should */
  constructor(most: number) {
    this.#most = most;
  }

  push(value: Value): void {
    this.#values.push(value);
    this.#wake();
  }

  /** No more values come; the reader throws the error after the last, if there is one. */
  end(failed?: { error: unknown }): void {
    this.#ended ??= failed ?? {};
    this.#wake();
  }

  /** Resolves when the reader has caught up, or has gone. */
  async room(): Promise<void> {
    while (this.#values.length >= this.#most && !this.#ended) await this.#changed.promise;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value, void> {
    for (;;) {
      const values = this.#values;
      if (values.length > 0) {
        this.#values = [];
        this.#wake();
        yield* values;
      } else if (this.#ended) {
        if ('error' in this.#ended) throw this.#ended.error;
        return;
      } else await this.#changed.promise;
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
