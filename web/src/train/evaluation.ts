import type { Engine } from '../engine/engine.ts';
import type { Interval, Scores } from '../evaluate/score.ts';
import { tagsToSpans } from '../text/tags.ts';
import type { Control } from './control.ts';
import { labelWindows, type Forward, type WordLabels } from './label-windows.ts';
import type { Evaluation } from './loop.ts';
import type { Prepared } from './prepare.ts';
import type { LabelledTexts } from './texts.ts';

/** How tags are held against gold; `evaluate/` has the real one. */
export interface Scoring {
  /** Tags by text and word. */
  score(gold: readonly string[][], predicted: readonly string[][]): Scores;
  /** The same where a tag out of place makes no entity. */
  strict(gold: readonly string[][], predicted: readonly string[][]): Scores;
  /** 95 % interval of micro-F1 over texts. */
  interval(gold: readonly string[][], predicted: readonly string[][], seed: number): Interval | null;
}

/** An evaluation with the tags it was made from. */
export interface TaggedEvaluation extends Evaluation {
  predicted: string[][];
}

/** Tags labelled texts with the session's parameters and scores the tags; null where `control` stopped it half-way. */
export async function evaluateTexts(session: Forward, texts: LabelledTexts, prepared: Prepared, engine: Engine, scoring: Scoring, control?: Control): Promise<TaggedEvaluation | null> {
  const { encoder, recipe, labels, vocabulary } = prepared;
  const found = await labelWindows(session, texts.windows, texts.words.map((words) => words.length), {
    engine,
    labels: labels.length,
    rowOf: vocabulary.rowOf,
    padding: encoder.tokenizer.special.padding,
    positionOffset: encoder.config.positionOffset,
    pooling: recipe.pooling,
    control,
  });
  return found && scoreLabels(found, texts, labels, scoring);
}

/** Scores what was found in labelled texts; one entry of `found` a text. */
export function scoreLabels(found: readonly WordLabels[], texts: LabelledTexts, labels: readonly string[], scoring: Scoring): TaggedEvaluation {
  const predicted = found.map((text) => Array.from(text.labels, (label) => labels[label]!));
  return {
    predicted,
    scores: scoring.score(texts.tags, predicted),
    predictions: texts.documents.map(({ id }, index) => ({ document: id, spans: tagsToSpans(texts.words[index]!, predicted[index]!, 'model', found[index]!.probabilities) })),
  };
}
