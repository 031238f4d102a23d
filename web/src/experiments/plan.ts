import type { Document } from '../dataset/document.ts';
import type { Statistic } from '../evaluate/paired-bootstrap.ts';
import type { Recipe } from '../train/recipe.ts';
import type { SimulatedLabels } from './simulated-labels.ts';

/** One training of an experiment. */
export interface PlannedRun {
  /** The line of the plot it belongs to. */
  condition: string;
  /** Where on the line: a share, an amount of money. */
  x: number;
  seed: number;
  /** Texts to learn from, with their labels. */
  documents: Document[];
  /** What of the recipe is different. */
  changes?: Partial<Recipe>;
  /** What the training was given, for tables: `{ manual: 70, llm: 702 }`. */
  given: Record<string, number>;
}

/** A question that an experiment answers: is the first condition above the second? */
export interface Comparison {
  first: Point;
  second: Point;
  statistic: Statistic;
  /** What it says where the whole interval is above 0, in plain words. */
  claim: string;
}

export interface Point {
  condition: string;
  x: number;
}

/** An experiment: what is trained on, and what it is to show. */
export interface Experiment {
  name: 'noise' | 'mixing' | 'budget';
  title: string;
  /** What `x` is, with its unit. */
  xLabel: string;
  /** Names of the lines for people, in the order of the legend. A line of one point is drawn across the plot. */
  conditions: Record<string, string>;
  /** The trainings of one seed. */
  runs(seed: number, source: Source): PlannedRun[];
  comparisons: Comparison[];
}

/** What an experiment is made of, for one seed. */
export interface Source {
  /** Labelled texts that can be learnt from. */
  train: readonly Document[];
  /** The same texts as the LLM labelled them. */
  llm: SimulatedLabels;
}
