import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitWords } from '../../../web/src/text/words.ts';

const words = (text: string, language?: string): string[] => splitWords(text, language).map(([start, end]) => text.slice(start, end));

/** Rows of text and its words, written with spaces between them. */
const table = (rows: [text: string, words: string][]): void => {
  for (const [text, expected] of rows) expect(words(text).join(' '), text).toBe(expected);
};

describe('splitWords', () => {
  it('makes punctuation at the edges words of their own', () => {
    table([
      ['She left (at last), he said.', 'She left ( at last ) , he said .'],
      ['“Who?” asked Ana; nobody: silence!', '“ Who ? ” asked Ana ; nobody : silence !'],
      ["He wrote 'Quiet Harbour' in 1990.", "He wrote ' Quiet Harbour ' in 1990 ."],
      ['¿Dónde está?', '¿ Dónde está ?'],
      ['wait... what?!', 'wait ... what ?!'],
      ['the plan—a good one—failed', 'the plan — a good one — failed'],
      ['one--two', 'one -- two'],
      ['nice:) really ;-)', 'nice :) really ;-)'],
    ]);
  });

  it('keeps the full stop of abbreviations and initials and splits off that of a sentence', () => {
    table([
      ['Mr. J. R. Ray of Acme Inc. met Dr. Wu in the U.S. on Monday.', 'Mr. J. R. Ray of Acme Inc. met Dr. Wu in the U.S. on Monday .'],
      ['She has a Ph.D., e.g. in art.', 'She has a Ph.D. , e.g. in art .'],
      ['No. 5 is here; he said no.', 'No. 5 is here ; he said no .'],
      ['at 5 p.m. (local time).', 'at 5 p.m. ( local time ) .'],
      ['Run-D.M.C. played.', 'Run-D.M.C. played .'],
    ]);
  });

  it('splits off possessives and short verbs and leaves other apostrophes alone', () => {
    table([
      ["Ana's and James' boats", "Ana 's and James ' boats"],
      ['it’s O’Neill’s', 'it ’s O’Neill ’s'],
      ["they're sure we'll don't", "they 're sure we 'll don't"],
      ["rock 'n' roll of the '90s", "rock 'n' roll of the '90s"],
    ]);
  });

  it('keeps hyphenated words, numbers, mentions, hashtags, addresses, emoticons and entities of HTML whole', () => {
    table([
      ['a well-known non- and post-war 1,000.5 7:30', 'a well-known non- and post-war 1,000.5 7:30'],
      ['@ana_b: look #NewBoat!', '@ana_b : look #NewBoat !'],
      ['see https://example.org/a,b?c=(d), or (www.example.org).', 'see https://example.org/a,b?c=(d) , or ( www.example.org ) .'],
      ['mail ana.b@example.org, please', 'mail ana.b@example.org , please'],
      [':D ^_^ -_- <3 :-)', ':D ^_^ -_- <3 :-)'],
      ['AT&T R&amp;B &amp; &quot;hi&quot;', 'AT&T R&amp;B &amp; &quot; hi &quot;'],
      ['song(s) of AC/DC and Berlin/Potsdam, Paris,Rome', 'song(s) of AC/DC and Berlin / Potsdam , Paris , Rome'],
      ['$5 or 30%', '$ 5 or 30 %'],
    ]);
  });

  it('splits off the elided article in the languages that have one', () => {
    expect(words("l'Espagne d’Ana aujourd'hui", 'fr')).toEqual(["l'", 'Espagne', 'd’', 'Ana', "aujourd'hui"]);
    expect(words("nell'arte", 'it')).toEqual(["nell'", 'arte']);
    expect(words("l'Espagne", 'en')).toEqual(["l'Espagne"]);
  });

  it('cuts scripts without spaces by dictionary and their punctuation everywhere', () => {
    expect(words('北京大学，在北京。', 'zh')).toEqual(['北京', '大学', '，', '在', '北京', '。']);
    expect(words('東京タワーへ行く')).toEqual(['東京タワー', 'へ', '行く']);
    expect(words('ภาษาไทย').join('')).toBe('ภาษาไทย');
    expect(words('ภาษาไทย').length).toBeGreaterThan(1);
    expect(words('型号P-700的')).toContain('P-700');
  });

  it('makes a pictograph a word and keeps its parts together', () => {
    expect(words('good👍🏽👩‍👩‍👧!🇩🇪🇫🇷')).toEqual(['good', '👍🏽', '👩‍👩‍👧', '!', '🇩🇪', '🇫🇷']);
  });

  it('covers everything but separators, in order, without overlap', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(..."aZ9 .,'’\"()-/&;:!?@#%$…—é北ア😂\u0301\u200d"), maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, (sample) => {
        let end = 0;
        for (const [start, wordEnd] of splitWords(sample)) {
          expect(sample.slice(end, start)).toMatch(/^[\s\p{Cc}\u200b\u2060]*$/u);
          expect(wordEnd).toBeGreaterThan(start);
          end = wordEnd;
        }
        expect(sample.slice(end)).toMatch(/^[\s\p{Cc}\u200b\u2060]*$/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('never cuts a grapheme', () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const unit = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom('.', ',', ')', '(', "'", '…', '\u0301', '\u200d', '\ufe0f', '😂', '🏽', '\u0600', '\u0d4e', '北', 'ก', 'ำ', '🇩'),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
        // White space parts words even where a mark follows it.
        const sample = units.join('').replace(/[\s\p{Cc}\u200b\u2060]/gu, '');
        const borders = new Set(Array.from(graphemes.segment(sample), ({ index }) => index));
        for (const [start] of splitWords(sample)) expect(borders.has(start), JSON.stringify(sample)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds 10,000 words in a text of that many in less than a second', () => {
    const text = 'Harbour, '.repeat(5000);
    const start = performance.now();
    expect(splitWords(text)).toHaveLength(10_000);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('takes a piece of 200,000 characters without white space', () => {
    for (const unit of ['a', '(', ')', '.', "'", 'a,', '北', '😂', '&']) {
      const start = performance.now();
      splitWords(unit.repeat(200_000 / unit.length));
      expect(performance.now() - start, unit).toBeLessThan(3000);
    }
  });
});

const data = new URL('../../../../shared/data/', import.meta.url);

/** Share of gold entities whose borders are word borders when the tokens are joined by `separator`. */
function borderAgreement(dataset: string, separator: string): number {
  let [entities, agreed] = [0, 0];
  for (const sentence of readFileSync(new URL(`${dataset}/test.conll`, data), 'utf8').split('\n\n')) {
    let text = '';
    const spans: [number, number][] = [];
    for (const line of sentence.split('\n')) {
      const [token, tag] = line.split('\t');
      if (token === undefined || tag === undefined) continue;
      if (text) text += separator;
      if (tag.startsWith('B')) spans.push([text.length, 0]);
      text += token;
      if (tag !== 'O') spans.at(-1)![1] = text.length;
    }
    const found = splitWords(text);
    const starts = new Set(found.map(([start]) => start));
    const ends = new Set(found.map(([, end]) => end));
    entities += spans.length;
    agreed += spans.filter(([start, end]) => starts.has(start) && ends.has(end)).length;
  }
  return agreed / entities;
}

describe.skipIf(!existsSync(data))('splitWords on the data sets (skipped where they are not beside the project)', () => {
  it.each(['crossner-politics', 'crossner-ai', 'wnut17', 'wikigold'])('keeps the borders of 99.9 % of the entities of %s', (dataset) => {
    expect(borderAgreement(dataset, ' ')).toBeGreaterThanOrEqual(0.999);
  });

  it('keeps the borders of 98 % of the entities of Chinese text without spaces', () => {
    expect(borderAgreement('uner-zh', '')).toBeGreaterThanOrEqual(0.98);
  });
});
