import { quantileSorted } from 'simple-statistics';
import { utf16ToCodePoints } from '../../text/offsets.ts';
import type { Document } from '../document.ts';
import { Column } from './column.ts';
import { wordsTouched } from './words.ts';
import type { Words } from './words.ts';

/** How numbers are spread: quantiles are linear between neighbours, as NumPy's; all 0 where there are none. */
export interface Spread {
  count: number;
  mean: number;
  minimum: number;
  lowerTwentieth: number;
  lowerQuarter: number;
  median: number;
  upperQuarter: number;
  upperTwentieth: number;
  maximum: number;
}

export interface Lengths {
  /** Of documents. */
  words: Spread;
  /** Of documents, in code points. */
  characters: Spread;
  /** Of a document. */
  spans: Spread;
  /** Of a span: words it touches, and code points. */
  spanWords: Spread;
  spanCharacters: Spread;
}

/** How long documents and spans are. */
export function lengths(documents: readonly Document[], words: Words): Lengths {
  const columns = { words: new Column(), characters: new Column(), spans: new Column(), spanWords: new Column(), spanCharacters: new Column() };
  documents.forEach(({ text, spans }, index) => {
    const toPoints = utf16ToCodePoints(text);
    columns.words.push(words.first[index + 1]! - words.first[index]!);
    columns.characters.push(toPoints(text.length));
    columns.spans.push(spans.length);
    for (const { start, end } of spans) {
      const [from, to] = wordsTouched(words, index, start, end);
      columns.spanWords.push(to - from);
      columns.spanCharacters.push(toPoints(end) - toPoints(start));
    }
  });
  const { words: ofWords, characters, spans, spanWords, spanCharacters } = columns;
  return { words: spread(ofWords), characters: spread(characters), spans: spread(spans), spanWords: spread(spanWords), spanCharacters: spread(spanCharacters) };
}

function spread(column: Column): Spread {
  const sorted = column.values().slice().sort();
  if (sorted.length === 0) return { count: 0, mean: 0, minimum: 0, lowerTwentieth: 0, lowerQuarter: 0, median: 0, upperQuarter: 0, upperTwentieth: 0, maximum: 0 };
  // Read by index alone, so that a typed array does.
  const at = (share: number): number => quantileSorted(sorted as unknown as number[], share);
  return {
    count: sorted.length,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    minimum: at(0),
    lowerTwentieth: at(0.05),
    lowerQuarter: at(0.25),
    median: at(0.5),
    upperQuarter: at(0.75),
    upperTwentieth: at(0.95),
    maximum: at(1),
  };
}
