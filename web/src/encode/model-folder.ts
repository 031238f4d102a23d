/**
 * The files of a model as the Hugging Face hub lays them out (`config.json`, `model.safetensors`, `tokenizer.json`, …),
 * wherever they lie: a folder, the browser's cache, a record of the store. A published encoder and a tagger made here
 * are both such folders.
 */
export interface ModelFolder {
  /** For messages: the hub id or the path. */
  readonly name: string;
  /** The file's bytes, or undefined where there is no such file. */
  read(file: string): Promise<Uint8Array | undefined>;
}
