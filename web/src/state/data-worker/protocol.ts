import type { Split, Suggestion } from '../../dataset/document.ts';
import type { LabelCounts } from '../../dataset/facts/counts.ts';
import type { LabelEntropy } from '../../dataset/facts/entropy.ts';
import type { Lengths } from '../../dataset/facts/lengths.ts';
import type { LabelledString } from '../../dataset/facts/strings.ts';
import type { Suspicion } from '../../dataset/facts/suspicious.ts';
import type { ConllOptions } from '../../dataset/formats/conll-writer.ts';
import type { Format } from '../../dataset/formats/format.ts';
import type { LossKind } from '../../dataset/formats/hold.ts';
import type { NoiseSettings } from '../../dataset/noise.ts';
import type { Shortfall } from '../../dataset/sample/drawn.ts';
import type { FewShotSettings } from '../../dataset/sample/few-shot.ts';
import type { FirstSettings } from '../../dataset/sample/first.ts';
import type { ShareSettings } from '../../dataset/sample/share.ts';
import type { OverlapCell, OverlapMatrix } from '../../dataset/refine/overlaps.ts';
import type { OverlapPolicy } from '../../dataset/refine/policy.ts';
import type { RefineCounts } from '../../dataset/refine/refine.ts';
import type { SplitSettings } from '../../dataset/split/split.ts';
import type { Agreement, Among, Annotator } from '../../evaluate/agreement.ts';
import type { Interval } from '../../evaluate/score.ts';
import type { Span } from '../../text/span.ts';

/** A data set as it is stored after so many writes, or later. */
export interface Source {
  dataset: string;
  revision: number;
}

/** Documents of one text; here and below they are told by their places. */
export interface Repeats {
  /** All groups there are; the first of them follow. */
  groups: number;
  documents: number;
  /** Those whose text is there before them in the same split. */
  spare: number[];
  /** The largest groups, with the first of their documents. */
  shown: { size: number; positions: number[] }[];
}

export interface TwinFacts {
  same: Repeats;
  near: Repeats;
  /** Documents of dev and test whose text is in train, too. */
  leaks: { position: number; split: 'dev' | 'test'; twins: number[] }[];
}

export interface StringFacts {
  frequent: { type: string; strings: { text: string; count: number }[] }[];
  ambiguous: LabelledString[];
}

export interface PlacedSuspicion extends Suspicion {
  position: number;
}

export interface SuspicionFacts {
  byKind: Record<Suspicion['kind'], number>;
  /** The clearest of each kind. */
  shown: PlacedSuspicion[];
}

/** What is written, of which documents (all where null). */
export interface ExportSettings {
  format: Format;
  conll: ConllOptions;
  positions: readonly number[] | null;
  /** A file for each split, together in an archive. */
  perSplit: boolean;
}

export interface Loss {
  documents: number;
  losses: [LossKind, number][];
  /** Why it cannot be written so, in words; empty where it can. */
  refusal: string;
}

export interface Written {
  blob: Blob;
  ending: string;
}

/** How a data set is divided or another is made from it. */
export type DrawSettings =
  | { kind: 'split'; settings: SplitSettings }
  | { kind: 'few-shot'; settings: FewShotSettings }
  | { kind: 'first'; settings: FirstSettings }
  | { kind: 'share'; settings: ShareSettings }
  | { kind: 'noise'; settings: NoiseSettings };

/** What comes of it, before anything is stored. */
export interface Outcome {
  counts: LabelCounts;
  /** Of a split: where each document goes, in their order. */
  splits?: Split[];
  /** Of the documents that were drawn: by split where it is a split, else in the list of train. */
  ids: Partial<Record<Split, string[]>>;
  /** What there was less of than wanted. */
  short: Shortfall[];
  /** Of noise: spans that went, of all there were. */
  dropped?: { spans: number; of: number };
}

export interface AgreementSettings {
  first: Annotator;
  second: Annotator;
  among: Among;
}

export type AgreementAnswer = Agreement & { interval: Interval | null };

export interface RefineQuestion {
  layer: string;
  overlap: OverlapPolicy;
  seed: number;
}

export interface RefineAnswer {
  counts: RefineCounts;
  /** Documents that gain labels. */
  texts: number;
  /** What changes, by place. */
  edits: { position: number; spans: Span[]; suggestions: Suggestion[] }[];
  /** With the first examples of each cell. */
  matrix: Omit<OverlapMatrix, 'cells'> & { cells: (Pick<OverlapCell, 'types' | 'words'> & { examples: { text: string; spans: [Span, Span] }[] })[] };
}

/** What can be asked of a stored data set, and what comes back. */
export interface Questions {
  counts: { settings: null; answer: LabelCounts };
  lengths: { settings: null; answer: { lengths: Lengths; entropy: LabelEntropy } };
  twins: { settings: null; answer: TwinFacts };
  strings: { settings: null; answer: StringFacts };
  suspicions: { settings: null; answer: SuspicionFacts };
  agreement: { settings: AgreementSettings; answer: AgreementAnswer };
  refine: { settings: RefineQuestion; answer: RefineAnswer };
  draw: { settings: DrawSettings; answer: Outcome };
  losses: { settings: ExportSettings; answer: Loss };
  file: { settings: ExportSettings; answer: Written };
}
export type Question = keyof Questions;

/** To the worker. */
export interface Asked<Name extends Question = Question> {
  id: number;
  name: Name;
  source: Source;
  settings: Questions[Name]['settings'];
}

/** From the worker. `progress` is documents gone through of all, or bytes written where `of` is null. */
export type Reply = { id: number; kind: 'progress'; done: number; of: number | null } | { id: number; kind: 'answer'; value: unknown } | { id: number; kind: 'failure'; message: string };
