import type { AnswerEvent, FailureEvent } from '../events.ts';
import type { Annotation, AskedType, FoundSpan, Rejection, ReplyFault } from './annotation.ts';
import type { VerifyInput } from './verify.ts';

/** A found span that is asked about again. */
export interface Question extends VerifyInput {
  /** Place of its text. */
  place: number;
  found: FoundSpan;
}

/** What the second question says of a span. `undecided`: no answer could be read, so it stays. */
export type Verdict = 'confirmed' | 'denied' | 'undecided';

/** What replies mark in some texts, by the place of the text. */
export class FoundSpans {
  readonly spans = new Map<number, FoundSpan[]>();
  /** Marked pieces that are no spans, by reason. */
  readonly rejected = new Map<Rejection, number>();
  /** Of the spans that were asked about again. */
  readonly verdicts: Record<Verdict, number> = { confirmed: 0, denied: 0, undecided: 0 };
  /** Spans. */
  count = 0;

  add(place: number, { spans, rejected }: Annotation): void {
    for (const { why } of rejected) this.rejected.set(why, (this.rejected.get(why) ?? 0) + 1);
    if (spans.length === 0) return;
    this.spans.set(place, [...(this.spans.get(place) ?? []), ...spans]);
    this.count += spans.length;
  }

  /** A question about each span. */
  *questions(types: readonly AskedType[], textAt: (place: number) => string): Generator<Question, void> {
    const byName = new Map(types.map((type) => [type.name, type]));
    for (const [place, spans] of this.spans) {
      for (const found of spans) yield { text: textAt(place), span: { start: found.start, end: found.end }, type: byName.get(found.type) ?? { name: found.type, definition: '' }, place, found };
    }
  }

  /** Counts what became of a question, and takes the span out that it denies. */
  settle(event: AnswerEvent<Question, boolean, ReplyFault> | FailureEvent<Question>): void {
    const parsed = event.type === 'answer' && event.parsed.ok ? event.parsed : null;
    this.verdicts[parsed === null ? 'undecided' : parsed.value ? 'confirmed' : 'denied'] += 1;
    if (parsed?.value === false) this.#remove(event.input);
  }

  #remove({ place, found }: Question): void {
    const spans = this.spans.get(place) ?? [];
    const left = spans.filter((span) => span !== found);
    this.count -= spans.length - left.length;
    if (left.length > 0) this.spans.set(place, left);
    else this.spans.delete(place);
  }
}
