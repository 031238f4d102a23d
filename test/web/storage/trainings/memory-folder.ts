import type { TrainingFolder } from '../../../../web/src/storage/trainings/folder.ts';

/** A training's folder in memory. With `bytesLeft` the program is killed when so many bytes are written: the file ends there, and nothing is done any more. */
export class MemoryFolder implements TrainingFolder {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  bytesLeft: number;
  written = 0;

  constructor(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>> = new Map(), bytesLeft = Infinity) {
    this.files = new Map(files);
    this.bytesLeft = bytesLeft;
  }

  async write(name: string, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    this.#live();
    const whole = new Uint8Array(await new Blob([...parts]).arrayBuffer());
    const length = Math.min(whole.length, this.bytesLeft);
    this.files.set(name, whole.slice(0, length));
    this.written += length;
    this.bytesLeft -= length;
    if (length < whole.length) this.bytesLeft = -1;
    this.#live();
  }

  async read(name: string): Promise<Blob | undefined> {
    this.#live();
    const bytes = this.files.get(name);
    return bytes && new Blob([bytes]);
  }

  async remove(name: string): Promise<void> {
    this.#live();
    this.files.delete(name);
  }

  async names(): Promise<string[]> {
    return [...this.files.keys()];
  }

  #live(): void {
    if (this.bytesLeft < 0) throw new Error('killed');
  }
}
