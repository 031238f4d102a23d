import type { DeviceKind } from '../../engine/engine.ts';
import type { Example } from '../../llm/annotate/annotation.ts';
import type { Likeness } from '../../llm/neighbours/neighbour-index.ts';

/** What the page asks of the worker. */
export interface Question {
  /** Id of the encoder whose vectors tell how alike texts are. */
  encoder: string;
  device: DeviceKind;
  by: Likeness;
  /** Labelled texts. */
  pool: readonly Example[];
  texts: readonly string[];
  /** Labelled texts wanted for each text. */
  k: number;
}

/** What the worker tells the page. */
export type Answer =
  /** Bytes of the encoder, or texts; of all. */
  | { type: 'progress'; stage: 'encoder' | 'texts'; done: number; total: number }
  /** For some more texts, in order: numbers of labelled texts, the most alike first. */
  | { type: 'found'; nearest: number[][] }
  | { type: 'done' }
  | { type: 'failed'; message: string };
