/** A stream that several can read from its beginning, each at its own pace. What was sent is kept until the end of the call. */
export class Replay {
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #waiting: (() => void)[] = [];

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** `left` is called when the reader goes before the end. */
  read(left: () => void): ReadableStream<Uint8Array> {
    let next = 0;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          while (next === this.#chunks.length && !this.#ended) await new Promise<void>((resolve) => this.#waiting.push(resolve));
          const chunk = this.#chunks[next++];
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        },
        cancel: left,
      },
      { highWaterMark: 0 },
    );
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
