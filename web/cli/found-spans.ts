import type { Document } from '../src/dataset/document.ts';
import { isAnswered, type Annotation } from '../src/llm/annotate/annotation.ts';
import type { Span } from '../src/text/span.ts';

/** Collects what replies mark in some documents. */
export class FoundSpans {
  /** What replies marked and is no span, by reason. */
  readonly rejected: Record<string, number> = {};
  readonly #documents: readonly Document[];
  readonly #requests: number;
  readonly #spans: Span[][];
  readonly #answers: number[];

  /** @param requests how many requests ask about each document */
  constructor(documents: readonly Document[], requests: number) {
    [this.#documents, this.#requests] = [documents, requests];
    this.#spans = documents.map(() => []);
    this.#answers = documents.map(() => 0);
  }

  add(places: readonly number[], annotations: readonly Annotation[]): void {
    annotations.forEach((annotation, index) => {
      const place = places[index]!;
      for (const { reason, ...range } of annotation.spans) this.#spans[place]!.push({ ...range, source: 'llm', ...(reason === undefined ? {} : { note: reason }) });
      for (const { why } of annotation.rejected) this.rejected[why] = (this.rejected[why] ?? 0) + 1;
      if (isAnswered(annotation)) this.#answers[place]! += 1;
    });
  }

  get count(): number {
    return this.#spans.reduce((sum, spans) => sum + spans.length, 0);
  }

  /** Documents of which something is unknown: a request about them has no answer that could be read. */
  get unanswered(): number {
    return this.#answers.filter((count) => count < this.#requests).length;
  }

  /** The documents with these spans alone. */
  annotated(): Document[] {
    return this.#documents.map((document, place) => ({ ...document, spans: this.#spans[place]!.toSorted((a, b) => a.start - b.start || a.end - b.end) }));
  }
}
