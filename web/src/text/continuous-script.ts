import type { WordRange } from './span.ts';

/** Scripts written without spaces between words, and the language whose dictionary of `Intl.Segmenter` cuts them. */
const SCRIPTS: [language: string, letters: string][] = [
  ['ja', '\\p{Script=Hiragana}\\p{Script=Katakana}ー\uff70'],
  ['zh', '\\p{Script=Han}\\p{Script=Bopomofo}'],
  ['th', '\\p{Script=Thai}'],
  ['lo', '\\p{Script=Lao}'],
  ['km', '\\p{Script=Khmer}'],
  ['my', '\\p{Script=Myanmar}'],
];

const LETTERS = SCRIPTS.map(([, letters]) => letters).join('');
const ANY = new RegExp(`[${LETTERS}]`, 'u');
const RUN = new RegExp(`[${LETTERS}][${LETTERS}\\p{M}]*`, 'gu');
const FIRST_OF: [language: string, letter: RegExp][] = SCRIPTS.map(([language, letters]) => [language, new RegExp(`[${letters}]`, 'u')]);

const segmenters = new Map<string, Intl.Segmenter>();

function wordSegmenter(language: string): Intl.Segmenter {
  let segmenter = segmenters.get(language);
  if (!segmenter) segmenters.set(language, (segmenter = new Intl.Segmenter(language, { granularity: 'word' })));
  return segmenter;
}

export function hasContinuousScript(text: string): boolean {
  return ANY.test(text);
}

/** Runs of scripts without spaces in `text`, as ranges of it. */
export function continuousRuns(text: string): WordRange[] {
  return Array.from(text.matchAll(RUN), (match): WordRange => [match.index, match.index + match[0].length]);
}

/** Words of a run, as ranges of it. The dictionary follows the script, so that a text's words do not hang on the browser's language. */
export function segmentRun(run: string): WordRange[] {
  const language = FIRST_OF.find(([, letter]) => letter.test(run))![0];
  return Array.from(wordSegmenter(language).segment(run), ({ index, segment }): WordRange => [index, index + segment.length]);
}
