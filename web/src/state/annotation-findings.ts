import type { Annotation, AskedType, FoundSpan, Rejection } from '../llm/annotate/annotation.ts';
import type { PlacedInput } from '../llm/annotate/inputs.ts';
import type { VerifyInput } from '../llm/annotate/verify.ts';
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

/** A found span that is asked about again. */
export interface Question extends VerifyInput {
  position: number;
  found: FoundSpan;
}

/** Answers kept of each outcome, to look at. */
const KEPT = 40;

/** What an LLM has found so far: spans by text, and answers by what became of them. Not reactive: there may be hundreds of thousands. */
export class Findings {
  readonly spans = new Map<number, FoundSpan[]>();
  /** Marked pieces that are no spans, by reason. */
  readonly rejected = new Map<Rejection, number>();
  readonly samples = new Map<string, Sample[]>();
  /** Answers that could be read, those of them with nothing marked, and spans. */
  read = 0;
  copied = 0;
  count = 0;

  /** @param positionOf the place in the data set of a text of the request */
  add({ input, reply, parsed }: Pick<AnswerEvent<PlacedInput, Annotation[]>, 'input' | 'reply' | 'parsed'>, positionOf: (place: number) => number): void {
    const annotations = parsed.ok ? parsed.value : [];
    const sample = { texts: input.texts, reply: reply.text, annotations, failure: '' };
    if (!parsed.ok) {
      this.#keep(parsed.reason, sample);
      return;
    }
    this.read++;
    const nothing = annotations.every(({ copied }) => copied);
    if (nothing) this.copied++;
    for (const [i, { spans, rejected }] of annotations.entries()) {
      for (const { why } of rejected) {
        this.rejected.set(why, (this.rejected.get(why) ?? 0) + 1);
        this.#keep(`piece ${why}`, sample);
      }
      if (spans.length === 0) continue;
      const position = positionOf(input.places[i]!);
      this.spans.set(position, [...(this.spans.get(position) ?? []), ...spans]);
      this.count += spans.length;
    }
    this.#keep(nothing ? 'copied' : 'parsed', sample);
  }

  miss({ input, failure }: Pick<FailureEvent<PlacedInput>, 'input' | 'failure'>): void {
    this.#keep(`failure ${failure.kind}`, { texts: input.texts, reply: '', annotations: [], failure: failure.message });
  }

  /** A question about each span found. */
  *questions(types: readonly AskedType[], textAt: (position: number) => string): Generator<Question, void> {
    const byName = new Map(types.map((type) => [type.name, type]));
    for (const [position, spans] of this.spans) {
      for (const found of spans) yield { text: textAt(position), span: { start: found.start, end: found.end }, type: byName.get(found.type) ?? { name: found.type, definition: '' }, position, found };
    }
  }

  /** Takes a span out that was denied when asked about again. */
  deny(position: number, found: FoundSpan): void {
    const spans = this.spans.get(position) ?? [];
    const left = spans.filter((span) => span !== found);
    if (left.length < spans.length) this.count--;
    if (left.length > 0) this.spans.set(position, left);
    else this.spans.delete(position);
  }

  #keep(outcome: string, sample: Sample): void {
    const kept = this.samples.get(outcome) ?? [];
    if (kept.length >= KEPT || kept.at(-1) === sample) return;
    this.samples.set(outcome, [...kept, sample]);
  }
}
