/** Waits for somebody to say something: tells once when nothing was heard for so many milliseconds. It begins with the first `hear`. */
export class Silence {
  readonly #milliseconds: number;
  readonly #tell: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number, tell: () => void) {
    this.#milliseconds = milliseconds;
    this.#tell = tell;
  }

  hear(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#tell, this.#milliseconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
