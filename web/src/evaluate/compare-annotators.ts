import { checkedSample, type CheckedScore } from './checked-sample.ts';
import type { Entity } from './match.ts';
import { difference, drawConditions, measured, type Measured } from './paired-bootstrap.ts';
import { countDocuments } from './score-spans.ts';

/** An annotator's scores, all types together. */
export interface ComparedAnnotator extends CheckedScore {
  /** Micro-F1, with its interval over texts. */
  f1: Measured;
  /** By how much F1 is above the first annotator's, with its interval over the same texts; null of the first. */
  difference: Measured | null;
}

export interface ComparedAnnotators {
  texts: number;
  /** Labelled ones. */
  entities: number;
  annotators: ComparedAnnotator[];
}

/** What a difference with its interval tells. `same`: every draw gave the same. `open`: the interval holds 0, chance alone may have made it. */
export type Tells = 'better' | 'worse' | 'same' | 'open';

/** Below these an interval by resampling is itself a guess: it knows no other texts than the few it draws from. */
const FEW = { texts: 20, entities: 30 };

/**
 * How good annotators are on the same texts, by the spans that are right in them, one list a text: shares with Wilson's intervals, F1 and its differences from
 * the first annotator by a paired bootstrap.
 * @throws where there is no text, or lists are of different lengths
 */
export function compareAnnotators(gold: readonly (readonly Entity[])[], found: readonly (readonly (readonly Entity[])[])[], seed: number, resamples = 2000): ComparedAnnotators {
  const runs = found.map((spans) => [{ types: ['all'], texts: countDocuments(gold, spans).map(({ correct, missed, spurious }) => [correct, missed, spurious]) }]);
  const drawn = drawConditions(runs, seed, resamples);
  const annotators = found.map((spans, i): ComparedAnnotator => {
    const { precision, recall } = checkedSample(gold, spans);
    return { precision, recall, f1: measured(drawn[i]!, 'micro'), difference: i === 0 ? null : difference(drawn[i]!, drawn[0]!, 'micro') };
  });
  return { texts: gold.length, entities: gold.reduce((sum, spans) => sum + spans.length, 0), annotators };
}

export function tellsOf({ low, high }: Measured): Tells {
  if (low > 0) return 'better';
  if (high < 0) return 'worse';
  return low === 0 && high === 0 ? 'same' : 'open';
}

/** Whether so few texts or entities were labelled that no difference between annotators means anything. */
export function areTooFew({ texts, entities }: Pick<ComparedAnnotators, 'texts' | 'entities'>): boolean {
  return texts < FEW.texts || entities < FEW.entities;
}
