/** A stream that several can read from its beginning, each at its own pace. What was sent is kept until the end of the call. */
export class Replay {
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #more = Promise.withResolvers<void>();

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
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      while (next === this.#chunks.length && !this.#ended) await this.#more.promise;
      const chunk = this.#chunks[next++];
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    };
    return new ReadableStream({ pull, cancel: left }, { highWaterMark: 0 });
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
