import type { DBSchema } from 'idb';
import type { Dataset, Document } from '../dataset/document.ts';
import type { Scores } from '../evaluate/score.ts';
import type { EndReason, RunResult } from '../train/protocol.ts';
import type { Recipe } from '../train/recipe.ts';

/**
 * Names and shapes of the stores. People's work lies under these names: a change of a name or of a shape needs a new
 * migration in `migrations.ts`, never an edit of an old one.
 */
export interface TagsmithSchema extends DBSchema {
  datasets: { key: string; value: DatasetRecord };
  /** Keyed by data set and position, so that one range is one data set in its order. */
  documents: { key: [dataset: string, position: number]; value: DocumentRecord };
  runs: { key: string; value: RunRecord; indexes: { dataset: string } };
  models: { key: string; value: ModelRecord; indexes: { dataset: string } };
  /** Weights are blobs of their own, so that listing models reads no weights. */
  modelFiles: { key: [model: string, file: string]; value: ModelFileRecord };
  settings: { key: string; value: unknown };
}

export interface DatasetRecord {
  id: string;
  dataset: Dataset;
  /** Documents in it, kept here so that the list of workspaces reads no documents. */
  texts: number;
  /** When it was last looked at, in milliseconds since 1970. */
  opened: number;
}

export interface DocumentRecord {
  dataset: string;
  position: number;
  document: Document;
}

export interface StoredEvaluation {
  step: number;
  scores: Scores;
  best: boolean;
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
  evaluations: StoredEvaluation[];
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
