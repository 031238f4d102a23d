import fc from 'fast-check';
import type { TypedRange } from '../../../../web/src/llm/annotate/annotation.ts';

/** A text with spans that lie in order and don't overlap. */
export interface MarkedText {
  text: string;
  spans: TypedRange[];
}

/** Few names, so that they repeat; some are part of others, some are also ordinary words. */
const NAMES = [
  'Paris', 'Paris', 'New York', 'York', 'Ana', 'Ana Ana', 'Will', 'US', 'us', 'German', 'Germany', 'St. Paul', 'O’Neil', "O'Neil", 'Jean-Luc', 'José', 'Jose\u0301', 'Straße', 'İzmir',
  '東京', '東京都', '北京市', 'トヨタ', 'ศิริราช', 'القاهرة', 'תל אביב', 'Ἀθῆναι', '서울', 'मुंबई', '👩‍🚀', '🇫🇷', 'é́a', 'C-3', 'the 24',
];
const WORDS = [
  'the', 'a', 'in', 'of', 'and', 'will', 'us', 'met', 'said', 'is', 'was', 'nice', 'old', 'to', 'for', 'with', 'not', 'went', 'capital', 'team', 'ﬁnd', 'naïve', 'don’t', '“quoted”', '24', '–', '--', '(', ')', ',', '👍🏽', '😀',
  'は', 'から', '在', '和', 'في', 'של', 'में', 'ที่', 'και',
];
const TYPES = ['location', 'person', 'team'];

const word = fc.oneof(
  { weight: 3, arbitrary: fc.record({ text: fc.constantFrom(...WORDS), type: fc.constant(null) }) },
  { weight: 1, arbitrary: fc.record({ text: fc.constantFrom(...NAMES), type: fc.constantFrom(...TYPES, null) }) },
);
const sentence = fc.record({
  words: fc.array(fc.tuple(word, fc.constantFrom(' ', ' ', ' ', ' ', ' ', ', ', '', '\n', ' \u00a0')), { minLength: 1, maxLength: 14 }),
  stop: fc.constantFrom('. ', '. ', '! ', '。', '\n', '.”\n'),
});

/** Texts in several scripts, with names that repeat, and in one of six with whole sentences that do. */
export const markedText: fc.Arbitrary<MarkedText> = fc
  .tuple(fc.array(sentence, { minLength: 1, maxLength: 6 }), fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.nat(5), { minLength: 1, maxLength: 2 }) }))
  .map(([sentences, again]) => {
    const marked: MarkedText = { text: '', spans: [] };
    for (const { words, stop } of [...sentences, ...again.map((i) => sentences[i % sentences.length]!)]) {
      for (const [i, [{ text, type }, gap]] of words.entries()) {
        if (type !== null) marked.spans.push({ start: marked.text.length, end: marked.text.length + text.length, type });
        marked.text += text + (i === words.length - 1 ? stop : gap);
      }
    }
    return marked;
  })
  .filter(hasWholeGraphemes);

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Whether no span begins or ends inside a grapheme, as where a word ends before a combining mark. */
function hasWholeGraphemes({ text, spans }: MarkedText): boolean {
  const borders = new Set(Array.from(segmenter.segment(text), ({ index }) => index)).add(text.length);
  return spans.every(({ start, end }) => borders.has(start) && borders.has(end));
}
