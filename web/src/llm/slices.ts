/** Milliseconds of one slice: with drawing a page stays under 50. */
const slice = 16;

/** Cuts long work into slices, so that the page it runs in can draw and hear its user between two of them. */
export class Slices {
  #end = performance.now() + slice;

  /** To be awaited between two pieces of the work: resolves at once, or after the page had its turn. */
  async next(): Promise<void> {
    if (performance.now() < this.#end) return;
    await new Promise<void>((resolve) => {
      // Timers of a page that nobody looks at fire once a second; messages come through.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
    this.#end = performance.now() + slice;
  }
}
