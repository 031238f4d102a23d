import type { Document } from '../src/dataset/document.ts';
import { isAnswered, type Annotation } from '../src/llm/annotate/annotation.ts';
import { FoundSpans } from '../src/llm/annotate/found-spans.ts';

/** What replies mark in some documents, and what of them is unknown. */
export class FoundInDocuments extends FoundSpans {
  readonly #documents: readonly Document[];
  readonly #requests: number;
  readonly #answers: number[];

  /** @param requests how many requests ask about each document */
  constructor(documents: readonly Document[], requests: number) {
    super();
    [this.#documents, this.#requests] = [documents, requests];
    this.#answers = documents.map(() => 0);
  }

  override add(place: number, annotation: Annotation): void {
    super.add(place, annotation);
    if (isAnswered(annotation)) this.#answers[place]! += 1;
  }

  /** Documents of which something is unknown: a request about them has no answer that could be read. */
  get unanswered(): number {
    return this.#answers.filter((count) => count < this.#requests).length;
  }

  /** The documents with these spans alone. */
  annotated(): Document[] {
    return this.#documents.map((document, place) => {
      const spans = (this.spans.get(place) ?? []).toSorted((a, b) => a.start - b.start || a.end - b.end);
      return { ...document, spans: spans.map(({ reason, ...range }) => ({ ...range, source: 'llm' as const, ...(reason === undefined ? {} : { note: reason }) })) };
    });
  }
}
