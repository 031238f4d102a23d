import type { Annotation } from '../llm/annotate/annotation.ts';
import { FoundSpans } from '../llm/annotate/found-spans.ts';
import type { PlacedInput } from '../llm/annotate/inputs.ts';
import type { AnswerEvent, FailureEvent } from '../llm/events.ts';

/** An answer, or why there is none, to look at. */
export interface Sample {
  texts: readonly string[];
  /** As it came; empty where nothing came. */
  reply: string;
  annotations: readonly Annotation[];
  /** Why there is no reply, in words. */
  failure: string;
}

/** Answers kept of each outcome, to look at. */
const KEPT = 40;

/** What an LLM has found so far: spans by the text's place in the data set, and answers by what became of them. Not reactive: there may be hundreds of thousands. */
export class Findings extends FoundSpans {
  readonly samples = new Map<string, Sample[]>();
  /** Answers that could be read, and those of them with nothing marked. */
  read = 0;
  copied = 0;

  /** @param positionOf the place in the data set of a text of the request */
  answer({ input, reply, parsed }: Pick<AnswerEvent<PlacedInput, Annotation[]>, 'input' | 'reply' | 'parsed'>, positionOf: (place: number) => number): void {
    const annotations = parsed.ok ? parsed.value : [];
    const sample = { texts: input.texts, reply: reply.text, annotations, failure: '' };
    if (!parsed.ok) {
      this.#keep(parsed.reason, sample);
      return;
    }
    this.read++;
    const nothing = annotations.every(({ copied }) => copied);
    if (nothing) this.copied++;
    for (const [i, annotation] of annotations.entries()) {
      this.add(positionOf(input.places[i]!), annotation);
      for (const { why } of annotation.rejected) this.#keep(`piece ${why}`, sample);
    }
    this.#keep(nothing ? 'copied' : 'parsed', sample);
  }

  miss({ input, failure }: Pick<FailureEvent<PlacedInput>, 'input' | 'failure'>): void {
    this.#keep(`failure ${failure.kind}`, { texts: input.texts, reply: '', annotations: [], failure: failure.message });
  }

  #keep(outcome: string, sample: Sample): void {
    const kept = this.samples.get(outcome) ?? [];
    if (kept.length >= KEPT || kept.at(-1) === sample) return;
    this.samples.set(outcome, [...kept, sample]);
  }
}
