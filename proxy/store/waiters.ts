/** Calls that wait until something changes. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  wake(): void {
    for (const goOn of this.#waiting) goOn();
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, milliseconds);
      this.#waiting.add(goOn);
    });
  }
}
