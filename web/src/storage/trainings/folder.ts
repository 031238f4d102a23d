/** A folder for the files of one training. */
export interface TrainingFolder {
  /** Replaces a file; its bytes are with the disk when this resolves. */
  write(name: string, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void>;
  /** Undefined where there is no such file. */
  read(name: string): Promise<Blob | undefined>;
  /** Nothing happens where there is no such file. */
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
}
