import type { DBSchema } from 'idb';
import type { Dataset, Document } from '../dataset/document.ts';
import type { Tally } from '../llm/meter.ts';
import type { StoredReply } from '../llm/replies.ts';
import type { LlmSource } from '../llm/task.ts';
import type { EndReason, EvaluatedStep, RunResult } from '../train/protocol.ts';
import type { Recipe } from '../train/recipe.ts';

/**
 * Names and shapes of the stores. People's work lies under these names: a change of a name or of a shape needs a new
 * migration in `migrations.ts`, never an edit of an old one.
 */
export interface TagsmithSchema extends DBSchema {
  datasets: { key: string; value: DatasetRecord };
  /** Documents, many a record: one range is one data set in its order. */
  blocks: { key: [dataset: string, block: number]; value: BlockRecord };
  /** The history of each data set, a record a step. */
  changes: { key: [dataset: string, number: number]; value: ChangeRecord };
  runs: { key: string; value: RunRecord; indexes: { dataset: string } };
  models: { key: string; value: ModelRecord; indexes: { dataset: string } };
  /** Weights are blobs of their own, so that listing models reads no weights. */
  modelFiles: { key: [model: string, file: string]; value: ModelFileRecord };
  settings: { key: string; value: unknown };
  /** What LLMs answered, by the key of the request. */
  replies: { key: string; value: ReplyRecord; indexes: { dataset: string; asked: [model: string, task: string] } };
  llmJobs: { key: string; value: LlmJobRecord; indexes: { dataset: string } };
}

export interface DatasetRecord {
  id: string;
  dataset: Dataset;
  /** Documents in it, kept here so that the list of workspaces reads no documents. */
  texts: number;
  /** When it was last brought in or changed as a whole, in milliseconds since 1970. */
  opened: number;
  /** The place of the next new document. No place is given twice, so that what was deleted can come back. */
  next: number;
  /** Counts what was written to it: two tabs that have the same number show the same. */
  revision: number;
  /** Its revision when it was last saved to a file. */
  exported: number;
  history: History;
}

/** Where undo stands. Steps `done` to `total` − 1 were taken back and can be done again. */
export interface History {
  done: number;
  total: number;
  /** What the next undo and the next redo are about. */
  undo: string | null;
  redo: string | null;
}

/** A document at its place. Places rise in the order of the data set, with gaps where documents were removed. */
export interface PlacedDocument {
  position: number;
  document: Document;
}

/** Neighbouring documents in one record. Its number is at most the place of its first document, and above all places of the block before. */
export interface BlockRecord {
  dataset: string;
  block: number;
  /** As `encode.ts` writes them. */
  documents: Uint8Array<ArrayBuffer>;
}

/** A document as the pages see it. */
export interface DocumentRecord extends PlacedDocument {
  dataset: string;
}

export interface ChangeRecord {
  dataset: string;
  /** From 0 on. */
  number: number;
  /** What was done. */
  what: string;
  /** As `encode.ts` writes it. */
  change: Uint8Array<ArrayBuffer>;
}

/** A finished training: what went in, what came out. */
export interface RunRecord {
  id: string;
  dataset: string;
  created: number;
  /** Wall clock from the first to the last step, in milliseconds. */
  milliseconds: number;
  recipe: Recipe;
  reason: EndReason;
  result: RunResult;
  evaluations: EvaluatedStep[];
  /** The scored documents as they were then: later edits of the data do not change an old result. */
  gold: Document[];
}

/** A tagger made here. It has the id of the run that made it. */
export interface ModelRecord {
  id: string;
  dataset: string;
  name: string;
  encoder: string;
  labels: string[];
  bytes: number;
  created: number;
}

export interface ModelFileRecord {
  model: string;
  file: string;
  blob: Blob;
}

/** A reply, and the data set for which it was asked first: with that it goes. Others with the same request share it. */
export interface ReplyRecord extends StoredReply {
  dataset: string;
}

/** Work of an LLM on a data set. With the replies it is all that is needed to go on after a reload. */
export interface LlmJobRecord {
  id: string;
  dataset: string;
  /** Milliseconds since 1970, both; the second is when this record was last written. */
  created: number;
  updated: number;
  /** Id of the task, with its version. */
  task: string;
  model: string;
  source: Pick<LlmSource, 'kind' | 'name'>;
  /** What the inputs and their messages are made of, besides the data set: types, prompts, numbers, seed. Plain JSON. */
  settings: Readonly<Record<string, unknown>>;
  /** Inputs; null where nobody knows. */
  total: number | null;
  /** `running` where no tab runs it: it was broken off by a reload or a crash. */
  state: 'running' | 'paused' | 'stopped' | 'cancelled' | 'finished';
  /** Why it stands still, for people. */
  message: string | null;
  tally: Tally;
  /** Places of texts in which a person has checked what was found. */
  checked?: readonly number[];
}
