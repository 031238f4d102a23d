import type { Document } from '../dataset/document.ts';
import type { DeviceKind } from '../engine/engine.ts';
import type { Interval, Scores } from '../evaluate/score.ts';
import type { Span } from '../text/span.ts';
import type { Recipe } from './recipe.ts';
import type { Untagged } from './tagger.ts';

/** Files of a model by name, as they lie in a Hugging Face folder. */
export type ModelFiles = Record<string, Uint8Array>;

/** Where an encoder comes from: the catalogue's id or a hub id (asked of this server first, then of the hub), or files in hand. */
export type EncoderSource = { id: string } | { files: ModelFiles; name: string };

export interface TrainCommand {
  type: 'train';
  job: string;
  encoder: EncoderSource;
  documents: Document[];
  recipe: Recipe;
  /** `auto` takes WebGPU where there is an adapter. */
  device: 'auto' | DeviceKind;
  /** Documents whose predictions are sent at every evaluation ("watch it learn"). */
  watch: string[];
  /**
   * Where the job leaves checkpoints: `new` begins with what it was asked, told by `about`; `again` goes on from the newest one of this job, or
   * from the start where there is none. Null: nowhere.
   */
  keep: { how: 'new' | 'again'; about: { created: number; dataset: { id: string; name: string }; encoder: string; encoderName: string } } | null;
}

/** What the page asks of the worker. `job` is chosen by the page and stamped on every event that answers. */
export type Command =
  | TrainCommand
  | { type: 'pause'; job: string }
  | { type: 'resume'; job: string }
  /** Ends the job after the present step or pass; a training keeps its best parameters. */
  | { type: 'stop'; job: string }
  /** Makes a trained model ready to tag; answered by `ready`. */
  | { type: 'open'; job: string; files: ModelFiles; device: 'auto' | DeviceKind }
  /** Tags texts with the opened model; answered by `tagged` events, at least one, in order. */
  | { type: 'tag'; job: string; texts: Untagged[] };

export type Stage = 'encoder' | 'device' | 'texts' | 'graphs' | 'features' | 'evaluation' | 'saving';

/** Why a training ended. */
export type EndReason = 'finished' | 'early-stop' | 'stopped';

/** How a run's scores came to be, in the words that go beside them. */
export interface Selection {
  /** What chose the parameters: a development split, a share of train held out, or nothing (last step). */
  by: 'dev' | 'held-out' | 'last-step';
  /** Documents that were used to choose. */
  documents: number;
}

/** Scores of an evaluation during training. */
export interface EvaluatedStep {
  step: number;
  scores: Scores;
  best: boolean;
}

/** A prediction beside its gold. */
export interface Prediction {
  document: string;
  spans: Span[];
}

/** The outcome of a run: a value that the same recipe, data and seed give again. */
export interface RunResult {
  /** On the test split, else on what chose the parameters; null where there was neither. */
  scores: Scores | null;
  /** The same tags as seqeval's strict mode reads them; null also in runs from before these were kept. */
  strictScores: Scores | null;
  scoredOn: 'test' | 'dev' | 'held-out' | null;
  /** 95 % bootstrap interval of micro-F1 over documents. */
  interval: Interval | null;
  /** Predictions on the documents that were scored. */
  predictions: Prediction[];
  selection: Selection;
  bestStep: number;
  steps: number;
  seed: number;
  losses: number[];
  stepMs: { median: number; p90: number };
  device: { kind: DeviceKind; name: string };
  encoder: string;
  labels: string[];
  /** Things the user should know: overlapping spans dropped, labels without training examples, … */
  notes: string[];
}

/** What the worker tells the page. */
export type WorkerEvent =
  /** Before the first step: what is being prepared, and how far it is (bytes, texts); `total` 0 where unknown. */
  | { type: 'progress'; job: string; stage: Stage; done: number; total: number; message: string }
  | {
      type: 'started';
      job: string;
      steps: number;
      device: { kind: DeviceKind; name: string };
      encoder: string;
      selection: Selection;
      trainDocuments: number;
      parameters: number;
      /** Estimated peak in bytes on the device. */
      memoryBytes: number;
      notes: string[];
      /** Room that checkpoints take at most, on the disk. */
      checkpointBytes: number;
      /** What was done before; null where it begins anew. */
      before: { step: number; losses: number[]; evaluations: EvaluatedStep[]; milliseconds: number } | null;
    }
  /** At most twice a second. */
  | {
      type: 'steps';
      job: string;
      /** Losses since the last event; the last one belongs to `step`. */
      losses: number[];
      step: number;
      learningRate: number;
      tokensPerSecond: number;
      msLeft: number;
    }
  | { type: 'evaluation'; job: string; step: number; scores: Scores; best: boolean; watched: Prediction[] }
  /** After a reload or a crash the training can go on from `step`. */
  | { type: 'kept'; job: string; step: number }
  /** The latest checkpoint could not be written; the one before is as it was. */
  | { type: 'unkept'; job: string; message: string }
  | { type: 'paused'; job: string; step: number }
  | { type: 'resumed'; job: string; step: number }
  | { type: 'trained'; job: string; reason: EndReason; result: RunResult; files: ModelFiles }
  | { type: 'ready'; job: string; device: { kind: DeviceKind; name: string }; labels: string[] }
  /** Results for texts `from` … `from + spans.length`. `last` marks the end, also after a stop. */
  | { type: 'tagged'; job: string; from: number; spans: Span[][]; textsPerSecond: number; last: boolean }
  /** Something went wrong: what, and what to do. The job is over. */
  | {
      type: 'failed';
      job: string;
      message: string;
      advice: string;
      /** The device went away: with another one it can go on. */
      deviceLost: boolean;
    };
