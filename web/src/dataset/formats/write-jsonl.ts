import { utf16ToCodePoints } from '../../text/offsets.ts';
import type { Document } from '../document.ts';

/** Documents as JSON Lines, one a part: text and spans with offsets in code points, scores where there are any. */
export function* writeJsonl(documents: Iterable<Pick<Document, 'text' | 'spans'>>): Generator<string> {
  for (const { text, spans } of documents) {
    const toPoints = utf16ToCodePoints(text);
    const entries = spans.map(({ start, end, type, score }) => ({
      start: toPoints(start),
      end: toPoints(end),
      label: type,
      ...(score === undefined ? {} : { score }),
    }));
    yield `${JSON.stringify({ text, spans: entries })}\n`;
  }
}
