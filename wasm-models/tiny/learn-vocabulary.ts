/**
 * Word pieces for the tiny encoder, learnt from the words of a text by merging the most frequent neighbours
 * (Sennrich, Haddow and Birch 2016); of equally frequent pairs the first in code unit order is merged.
 */

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const ASCII = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index));
/** Signs beyond ASCII that running text is full of; accents are stripped from letters. */
const SIGNS = [...'’‘“”–—…€£°•'];
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Pairs seen less often are not merged: such pieces would only spell out single words. */
const LEAST_COUNT = 2;

/** `size` pieces at most, special tokens and single characters first. `words` are counted as often as they come. */
export function learnVocabulary(words: Iterable<string>, size: number): string[] {
  const counts = new Map<string, number>();
  for (const word of words) for (const part of splitPunctuation(word)) counts.set(part, (counts.get(part) ?? 0) + 1);
  const spelled = [...counts].map(([word, count]) => ({ pieces: [...word].map((character, index) => (index === 0 ? character : `##${character}`)), count }));
  const continuing = ASCII.filter((character) => LETTER_OR_DIGIT.test(character)).map((character) => `##${character}`);
  const vocabulary = new Set([...SPECIAL, ...ASCII, ...SIGNS, ...continuing]);
  while (vocabulary.size < size) {
    const pair = mostFrequentPair(spelled);
    if (!pair) break;
    const [left, right] = pair;
    const merged = left + right.slice(2);
    vocabulary.add(merged);
    for (const word of spelled) word.pieces = merge(word.pieces, left, right, merged);
  }
  return [...vocabulary];
}

/** As BERT's pre-tokenizer: punctuation stands alone. Parts with characters beyond ASCII, once accents are off, are left out. */
function splitPunctuation(word: string): string[] {
  const bare = word.normalize('NFD').replace(/\p{Mn}/gu, '');
  return bare.split(/([^\p{L}\p{N}])/u).filter((part) => /^[\x21-\x7e]{2,}$/.test(part));
}

function mostFrequentPair(words: { pieces: string[]; count: number }[]): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const { pieces, count } of words) {
    for (let i = 0; i + 1 < pieces.length; i++) {
      const pair = `${pieces[i]} ${pieces[i + 1]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    }
  }
  let best: string | undefined;
  let most = LEAST_COUNT;
  for (const [pair, count] of counts) {
    if (count < most || (count === most && best !== undefined && pair > best)) continue;
    best = pair;
    most = count;
  }
  return best?.split(' ') as [string, string] | undefined;
}

function merge(pieces: string[], left: string, right: string, merged: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] === left && pieces[i + 1] === right) {
      result.push(merged);
      i++;
    } else {
      result.push(pieces[i]!);
    }
  }
  return result;
}
