import fc, { type Arbitrary } from 'fast-check';
import type { Document, EntityType, Layer, Split, Suggestion } from '../../../web/src/dataset/document.ts';
import type { Exported } from '../../../web/src/dataset/formats/format.ts';
import type { Span, SpanSource, WordRange } from '../../../web/src/text/span.ts';

/**
 * Data sets with all that trips readers and writers of files. Lone surrogates are not among them: no UTF-8 file can hold one.
 * NULs are not either: every reader of text leaves them out and says so. Spans never cut a surrogate pair, and none is there
 * twice with the same type; texts and notes hold more than white space.
 */

/** What a word of running text, a token of CoNLL or a part of a name may be. None holds a space, a tab, or a line end of ASCII. */
const pieces = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('Ana', 'left', 'Oslo', 'the', 'in', 'U.S.', '3.5', ',', '.', 'a', 'B', 'O', '-', '--', "d'Arc", 'don’t') },
  // Beyond the basic plane: emoji, with joiners, skin, flags and keycaps; letters; ideographs.
  { weight: 2, arbitrary: fc.constantFrom('😂', '👩‍👩‍👧‍👦', '👍🏽', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇳🇴', '🇳🇴🇸🇪', '1️⃣', '❤️', '𝒳yz', '𠮷野', '🧑🏿‍🚀') },
  // Right to left, with marks and marks of direction; scripts without spaces; combining marks, composed or not.
  { weight: 2, arbitrary: fc.constantFrom('مرحبا', 'العَرَبِيَّة', 'שָׁלוֹם', 'ירושלים', '\u200fאב\u200e', '\u202bעברית\u202c', '\u2067ع\u2069') },
  { weight: 2, arbitrary: fc.constantFrom('北京大学', '東京に行く。', '「日本」', '한국', 'กรุงเทพ', 'ព្រះ', 'हिन्दी', 'e\u0301', '\u00e9', 'Z̷̛̗a̵l', '\u0301') },
  // Characters nobody sees.
  { weight: 1, arbitrary: fc.constantFrom('\u200b', 'a\u200bb', '\u200d', 'x\u200dy', '\ufeff', '\ufeffA', 'z\ufeff', '\u00ad', 'a\u2060b', '\u{e0001}', '\ufffd') },
  // What some programs take for white space or a line end, and CoNLL does not.
  { weight: 1, arbitrary: fc.constantFrom('a\u00a0b', '\u00a0', 'a\u2028b', '\u2028', '\u2029', 'a\u0085b', '\u0085', '\u3000', 'a\u202fb') },
  // What formats mean something by.
  {
    weight: 2,
    arbitrary: fc.constantFrom('"', "'", '""', '\\', '\\n', '\\t', '\\\\', '|', '||', '[', ']', '[1]', '_', '*', '*[2]', '`', '<b>', '&amp;', '%', ';', ',', ';;', '{', '}', '\\u0041', '-DOCSTART-', '#', '#Text=x', '# id', '#FORMAT=WebAnno'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('{"text":"a"}', '[[0,1,"x"]]', '"a,b"', 'a,b', '=1+1', '=HYPERLINK("x")', '@SUM(1)', '+1', '-1', 'T1', 'R1', 'T1\\tx', '1-1', '0-3', 'B-x', 'I-x', 'null', 'true', 'NaN', '1e3', 'PAR1', '../x', 'C:\\x', '__proto__'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }).map((text) => text.replace(/[\s\0-\x1f\x7f]/gu, '_')) },
);

/** The value in one of three cases, else `usual`. */
function seldom<T, U>(value: Arbitrary<T>, usual: U): Arbitrary<T | U> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: value });
}

/** What stands between the pieces of running text. */
const gaps = fc.oneof(
  { weight: 12, arbitrary: fc.constant(' ') },
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constantFrom('\n', '\n\n', '\t', '  ', '\r\n', '\r', ' \n ', '\t\t', '\u000b', '\u000c') },
);

const isBlank = (text: string): boolean => !text.trim();

/** Running text: at most some 20 pieces, with line ends and tabs, perhaps white space at its edges. */
const texts: Arbitrary<string> = fc
  .tuple(fc.array(fc.tuple(pieces, gaps), { minLength: 1, maxLength: 12 }), seldom(gaps, ''), fc.boolean())
  .map(([parts, before, open]) => {
    const text = before + parts.map(([piece, gap]) => piece + gap).join('');
    return open ? text : text.trimEnd();
  })
  .filter((text) => !isBlank(text));

/** Names of types: no control characters, no white space at the edges; spaces, hyphens and the look of tags inside. */
const typeNames: Arbitrary<string> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom('person', 'place', 'ORG', 'creative-work', 'New York', 'O', 'B-x', 'I-', '-', 'Größe', '人名', 'שם', '👍🏽', '"q"', 'a|b', 'a,b', 'a;b', '[x]', '*', '_', 'x[1]', '\\', '#', '%20', 'a/b', 'a:b', 'id', 'None', '0', 'e\u0301') },
    { weight: 1, arbitrary: fc.array(pieces, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')) },
  )
  .map((name) => name.replace(/\p{Cc}/gu, '').trim() || 'x');

const sources: readonly SpanSource[] = ['manual', 'llm', 'generated', 'model'];
const splits: readonly Split[] = ['train', 'dev', 'test'];

const scores = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5, 1e-7, 0.1 + 0.2));

/** A note as typed into a field of several lines. */
const notes = texts.map((text) => text.trim()).filter((text) => text !== '');

/** A span before it has a place: numbers that are taken modulo what the text and the data set have. */
const rawSpans = fc.record({
  by: fc.constantFrom('word', 'word', 'character', 'range of the one before'),
  from: fc.nat(255),
  length: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(255) }),
  type: fc.nat(7),
  source: fc.oneof({ weight: 3, arbitrary: fc.constant('manual' as const) }, { weight: 1, arbitrary: fc.constantFrom(...sources) }),
  score: seldom(scores, undefined),
  note: seldom(notes, undefined),
});
type RawSpan = typeof rawSpans extends Arbitrary<infer T> ? T : never;

interface RawContent {
  text: string;
  words?: WordRange[];
}

const spaced = (tokens: readonly string[]): RawContent => {
  const words: WordRange[] = [];
  let offset = 0;
  for (const token of tokens) {
    words.push([offset, offset + token.length]);
    offset += token.length + 1;
  }
  return { text: tokens.join(' '), words };
};

/** Offsets of `text` at which a span may begin or end. */
function borders(text: string): number[] {
  const offsets = [0];
  for (const character of text) offsets.push(offsets.at(-1)! + character.length);
  return offsets;
}

/** Words of running text that leave gaps: pieces between white space, some cut in two, some left out. */
function wordsWithGaps(text: string, cuts: readonly number[]): WordRange[] {
  let i = 0;
  return [...text.matchAll(/\S+/gu)].flatMap(({ 0: piece, index }): WordRange[] => {
    const cut = cuts[i++ % cuts.length]!;
    const inside = borders(piece).slice(1, -1);
    if (cut % 5 === 0) return [];
    const at = cut % 5 === 1 ? inside[cut % Math.max(1, inside.length)] : undefined;
    const end = index + piece.length;
    return at === undefined ? [[index, end]] : [[index, index + at], [index + at, end]];
  });
}

/** Tokens as files give them. Few hold a space, and fewer what only JSON and tables can say: tabs and line ends. */
const tokens = fc.oneof(
  { weight: 18, arbitrary: pieces },
  { weight: 2, arbitrary: fc.tuple(pieces, pieces).map((pair) => pair.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(pieces, fc.constantFrom('\t', '\n', '\r\n', '\r'), seldom(pieces, '')).map((parts) => parts.join('')) },
);

const contents: Arbitrary<RawContent> = fc.oneof(
  { weight: 3, arbitrary: texts.map((text) => ({ text })) },
  {
    weight: 3,
    arbitrary: fc
      .array(tokens, { minLength: 1, maxLength: 10 })
      .filter((list) => !isBlank(list.join('')))
      .map(spaced),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(texts, fc.array(fc.nat(99), { minLength: 3, maxLength: 3 })).map(([text, cuts]) => {
      const words = wordsWithGaps(text, cuts);
      return words.length ? { text, words } : { text };
    }),
  },
);

function placeSpans({ text, words }: RawContent, raw: readonly RawSpan[], types: readonly string[]): Span[] {
  const offsets = borders(text);
  const pieces: readonly WordRange[] = words ?? [...text.matchAll(/\S+/gu)].map(({ 0: piece, index }) => [index, index + piece.length]);
  const placed = new Map<string, Span>();
  let range: WordRange = [0, text.length];
  for (const { by, from, length, type, source, score, note } of raw) {
    if (by === 'word' && pieces.length) {
      const first = from % pieces.length;
      range = [pieces[first]![0], pieces[Math.min(first + length, pieces.length - 1)]![1]];
    } else if (by === 'character') {
      const first = from % (offsets.length - 1);
      range = [offsets[first]!, offsets[Math.min(first + 1 + length, offsets.length - 1)]!];
    }
    const [start, end] = range;
    const name = types[type % types.length]!;
    const span: Span = { start, end, type: name, source, ...(score === undefined ? {} : { score }), ...(note === undefined ? {} : { note }) };
    placed.set(JSON.stringify([start, end, name]), span);
  }
  return [...placed.values()];
}

function placeSuggestions(content: RawContent, raw: readonly RawSpan[], types: readonly string[], layers: readonly Layer[]): Suggestion[] {
  return layers.flatMap((layer, i) =>
    placeSpans(content, raw.filter((_, number) => number % layers.length === i), types).map((span) => ({ ...span, source: layer.source, layer: layer.id })),
  );
}

/** Names of files as they come: in folders, above them, with letters and emoji, from Windows. */
const files = fc.constantFrom('a.conll', 'train/x.jsonl', '../up.txt', 'dokument ü 😂.txt', 'C:\\x.tsv', 'con', '-x', 'a"b', '#1');

const rawDocuments = fc.record({
  content: contents,
  spans: fc.array(rawSpans, { maxLength: 5 }),
  suggestions: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(rawSpans, { minLength: 1, maxLength: 4 }) }),
  split: fc.constantFrom(undefined, ...splits),
  file: files,
});

function entityType(name: string, i: number): EntityType {
  return { name, definition: i % 2 ? '' : `What is a ${name}.`, colour: (i * 77) % 360 };
}

const rawLayers = fc.uniqueArray(fc.record({ name: fc.constantFrom('gpt', 'Ana’s labels', 'model, v2', 'שכבה 👍🏽', 'a"b\\c'), source: fc.constantFrom('llm', 'model', 'manual') }), {
  minLength: 1,
  maxLength: 2,
  selector: ({ name }) => name,
});

/** Data sets of one to a few documents, with every type they use in `types` and every layer in `layers`. Ids are unique. */
export function dataSets(maxDocuments = 4): Arbitrary<Exported> {
  return fc
    .record({
      name: fc.constantFrom('set', 'my set/1', '数据 "x"', '..'),
      language: fc.constantFrom('en', 'en', 'fr', 'zh', 'ar', 'th'),
      types: fc.uniqueArray(typeNames, { minLength: 1, maxLength: 4 }),
      layers: rawLayers,
      documents: fc.array(rawDocuments, { minLength: 1, maxLength: maxDocuments }),
    })
    .map(({ name, language, types, layers: named, documents: raw }): Exported => {
      const layers = named.map(({ name, source }, i): Layer => ({ id: `layer-${i + 1}`, name, source: source as SpanSource, created: 1_700_000_000_000 + i }));
      const documents = raw.map(({ content, spans, suggestions, split, file }, i): Document => {
        const open = placeSuggestions(content, suggestions, types, layers);
        return {
          id: `${file}:${i + 1}`,
          ...content,
          spans: placeSpans(content, spans, types),
          ...(open.length ? { suggestions: open } : {}),
          ...(split ? { split } : {}),
          origin: { file, line: i + 1 },
        };
      });
      return { name, language, types: types.map(entityType), layers, documents };
    });
}
