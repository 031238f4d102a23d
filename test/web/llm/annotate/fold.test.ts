import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, indexAt, isWhole } from '../../../../web/src/llm/annotate/align/fold.ts';
import { wordsOf } from '../../../../web/src/llm/annotate/align/words.ts';

const character = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), fc.constantFrom(' ', '\n', '–', '-', '“', "'", '`', '…', 'ﬁ', 'ß', 'ς', 'İ', 'e\u0301', '\u00ad', '\u200d', '👩‍🚀', '東', 'ก็'));
const text = fc.array(character, { maxLength: 60 }).map((characters) => characters.join(''));

test.each([
  ['New  York\n', 'NEW\u00a0YORK'],
  ['“Rock ’n’ Roll”', '"rock \'n\' roll"'],
  ["''so-called''", '“so–called”'],
  ['1939 -- 1945', '1939 — 1945'],
  ['José Straße', 'jose\u0301 STRASSE'],
  ['Ὀδυσσεύς', 'ὈΔΥΣΣΕΎΣ'],
  ['ﬁnd … ½', 'find ... 1⁄2'],
  ['co\u00adoperate ❤\ufe0f', 'cooperate ❤'],
])('%j and %j fold to the same', (a, b) => {
  expect(fold(a).text).toBe(fold(b).text);
});

test.each([['Rome', 'Rom'], ['resume', 'résumé'], ['café', 'cafe'], ['👩‍🚀', '👩'], ['5', '6']])('%j and %j do not', (a, b) => {
  expect(fold(a).text).not.toBe(fold(b).text);
});

test('every unit stands for whole graphemes, in order, and none is lost but white space and what cannot be seen', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  fc.assert(
    fc.property(text, (whole) => {
      const folded = fold(whole);
      const borders = new Set(Array.from(segmenter.segment(whole), ({ index }) => index)).add(whole.length);
      let last = 0;
      for (let i = 0; i < folded.text.length; i++) {
        if (!folded.begins[i]) continue;
        const [start, end] = [folded.starts[i]!, folded.ends[i]!];
        expect(borders.has(start) && borders.has(end) && start >= last && end > start).toBe(true);
        expect(whole.slice(last, start)).toMatch(/^[\s\p{Default_Ignorable_Code_Point}\p{C}]*$/u);
        expect(indexAt(folded, start)).toBe(i);
        expect(isWhole(folded, i, i + 1)).toBe(folded.begins[i + 1] !== 0);
        last = end;
      }
      expect(fold(folded.text).text).toBe(folded.text);
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('words are runs of letters and digits; signs and letters of scripts without spaces stand alone', () => {
  expect(wordsOf(fold("The U.S. team's 東京 trip, 2nd–3rd")).words).toEqual(['the', 'u', '.', 's', '.', 'team', '"', 's', '東', '京', 'trip', ',', '2nd', '-', '3rd']);
});
