import { fork } from '../../dataset/random.ts';
import type { AnnotateInput, AskedType, Example } from './annotation.ts';

/** How texts and types become requests. */
export interface Grouping {
  types: readonly AskedType[];
  /** All types in one request; else one request for each, as in the paper. */
  typesTogether: boolean;
  /** Texts in a request, from 1. */
  textsTogether: number;
}

/** What one request asks, with the places of its texts in the list they came from. */
export interface PlacedInput extends AnnotateInput {
  places: readonly number[];
}

/** Requests for so many texts. */
export function countInputs(texts: number, { types, typesTogether, textsTogether }: Grouping): number {
  return Math.ceil(texts / textsTogether) * (typesTogether ? Math.min(1, types.length) : types.length);
}

/** The requests for some texts, text by text, so that the first texts are done first. `examplesFor` is asked with the texts of one request. */
export function* annotateInputs(texts: readonly string[], { types, typesTogether, textsTogether }: Grouping, examplesFor: (texts: readonly string[]) => readonly Example[]): Generator<PlacedInput, void> {
  if (types.length === 0) return;
  const asked = typesTogether ? [types] : types.map((type) => [type]);
  for (let first = 0; first < texts.length; first += textsTogether) {
    const group = texts.slice(first, first + textsTogether);
    const places = group.map((_, i) => first + i);
    const examples = examplesFor(group);
    for (const some of asked) yield { texts: group, types: some, examples, places };
  }
}

/** So many examples drawn from a pool by seed and text, never a text that is asked about: the same text always gets the same ones. */
export function drawExamples(pool: readonly Example[], count: number, seed: number): (texts: readonly string[]) => Example[] {
  return (texts) => {
    const random = fork(seed, `examples ${texts.join('\n')}`);
    const drawn: Example[] = [];
    // A shuffle of which only the beginning is made.
    const moved = new Map<number, number>();
    for (let i = 0; i < pool.length && drawn.length < count; i++) {
      const j = i + random.integer(pool.length - i);
      const example = pool[moved.get(j) ?? j]!;
      moved.set(j, moved.get(i) ?? i);
      if (!texts.includes(example.text)) drawn.push(example);
    }
    return drawn;
  };
}
