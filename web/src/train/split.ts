import type { Document } from '../dataset/document.ts';
import { holdOut } from '../dataset/splits.ts';
import type { Selection } from './protocol.ts';
import type { Recipe } from './recipe.ts';
import { TrainingError } from './training-error.ts';

/** Documents by what a run does with them. */
export interface Parts {
  train: Document[];
  /** Those whose score chooses the parameters; none when the last step is taken. */
  choose: Document[];
  test: Document[];
  selection: Selection;
}

/**
 * Train, development and test documents; those without a split are trained on. Where there is no development split, the
 * recipe's share of train is held out, drawn by the run's seed.
 */
export function partDocuments(documents: readonly Document[], recipe: Pick<Recipe, 'holdOut' | 'seed'>): Parts {
  const train = documents.filter(({ split = 'train' }) => split === 'train');
  const dev = documents.filter(({ split }) => split === 'dev');
  const test = documents.filter(({ split }) => split === 'test');
  if (train.length === 0) throw new TrainingError('There is no text to train on: the training split is empty.', 'Add texts with labelled spans, or move some from another split to train.');
  if (!train.some(({ spans }) => spans.length > 0)) {
    throw new TrainingError(`None of the ${train.length} training texts has a span: there is nothing to learn.`, 'Label some spans first, or import a file that holds labels.');
  }
  if (dev.length > 0) return { train, choose: dev, test, selection: { by: 'dev', documents: dev.length } };

  const { kept, heldOut } = holdOut(train, recipe.holdOut, recipe.seed);
  if (heldOut.length === 0) return { train, choose: [], test, selection: { by: 'last-step', documents: 0 } };
  return { train: kept, choose: heldOut, test, selection: { by: 'held-out', documents: heldOut.length } };
}
