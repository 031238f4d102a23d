import type { Document } from '../dataset/document.ts';
import type { ModelFiles } from '../train/protocol.ts';
import type { Untagged } from '../train/tagger.ts';
import type { ExportCheck } from './check.ts';
import type { Comparison } from './compare.ts';
import type { PushOrder } from './push.ts';

/** What the page asks of the worker, once. */
export type ExportCommand =
  | {
      type: 'export';
      files: ModelFiles;
      /** Name of the data set it was made from. */
      dataset: string | null;
      /** Texts to tag by the tagger and by what was made of it. */
      check: Untagged[];
      /** Adds a model with weights as bytes, and what it loses on labelled texts; none: not measured. Null: without. */
      int8: { scored: Document[] } | null;
    }
  | { type: 'import'; archive: Blob; name: string }
  | { type: 'push'; archive: Blob; order: PushOrder };

export type ExportStage = 'models' | 'check' | 'bytes' | 'archive' | 'reading' | 'pushing';

export type ExportEvent =
  | { type: 'stage'; stage: ExportStage }
  | { type: 'exported'; archive: Blob; files: { name: string; bytes: number }[]; check: ExportCheck; comparison: Comparison | null }
  | { type: 'imported'; files: ModelFiles; labels: string[]; encoder: string }
  /** How much of the files is at the hub, 0 to 1. */
  | { type: 'sent'; share: number }
  /** At this address. */
  | { type: 'pushed'; address: string }
  /** The repository is there already. Nothing was sent. */
  | { type: 'exists' }
  | { type: 'failed'; message: string; advice: string };
