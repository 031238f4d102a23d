import type { ModelSource } from '../catalogue.ts';
import type { OnProgress } from '../progress.ts';
import type { Environment } from './paths.ts';

/** What a source works with. */
export interface FetchContext {
  env: Environment;
  fetch: typeof fetch;
  onProgress: OnProgress;
  signal?: AbortSignal | undefined;
}

/** A place that may have a model. */
export interface FileSource {
  /** For messages: "the Hugging Face hub". */
  name: string;
  /**
   * Puts the encoder's files into a folder and gives the hashes that they were held against.
   * Throws where it can't; the message says why.
   */
  take(model: ModelSource, folder: string, context: FetchContext): Promise<Record<string, string>>;
}
