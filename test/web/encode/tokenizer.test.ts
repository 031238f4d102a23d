import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { WordRange } from '../../../web/src/text/span.ts';
import { loadTokenizer, TokenizerError, type WordTokenizer } from '../../../web/src/encode/tokenizer.ts';
import { diskFolder, fixtureFolder, memoryFolder, minilmFolder, TINY } from '../../model-folders.ts';

interface Reference {
  words: { words: string[]; ids: number[]; wordIds: number[] }[];
  texts: { text: string; ids: number[] }[];
}

const reference = (name: string): Reference => JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/tokenizers', name), 'utf8')) as Reference;

function joined(words: string[]): { text: string; ranges: WordRange[] } {
  let position = 0;
  const ranges = words.map((word): WordRange => {
    const start = position;
    position += word.length + 1;
    return [start, start + word.length];
  });
  return { text: words.join(' '), ranges };
}

/** Letters and digits together, every other character that is no white space alone. */
const ranges = (text: string): WordRange[] => [...text.matchAll(/[\p{L}\p{N}]+|\S/gu)].map(({ 0: word, index }) => [index, index + word.length]);

const wordPieces = (tokenizer: WordTokenizer, words: string[]): number[][] => {
  const { text, ranges } = joined(words);
  const { ids, wordStarts } = tokenizer.encode(text, ranges);
  return words.map((_, word) => [...ids.subarray(wordStarts[word]!, wordStarts[word + 1]!)]);
};

/** The reference's pieces of each word; it leaves out words of which nothing remains, we call them unknown. */
const expectedPieces = (tokenizer: WordTokenizer, { words, ids, wordIds }: Reference['words'][number]): number[][] =>
  words.map((_, word) => {
    const pieces = ids.filter((_, index) => wordIds[index] === word);
    return pieces.length > 0 ? pieces : [tokenizer.special.unknown];
  });

const cached = minilmFolder();
if (!cached) console.warn('MiniLM-L6 is not in the model cache: its tokenizer is not held against the reference. Fetch it with `tagsmith models fetch minilm-l6`.');

describe.each([
  { name: 'MiniLM, uncased', file: 'minilm.json', folder: cached },
  { name: 'the tiny encoder, cased', file: 'tiny.json', folder: TINY },
])('WordPiece of $name', ({ file, folder }) => {
  const { words, texts } = reference(file);
  let loaded: Promise<WordTokenizer> | undefined;
  const load = (): Promise<WordTokenizer> => (loaded ??= loadTokenizer(diskFolder(folder!)));

  test.skipIf(!folder).each(words)('gives the reference’s sub-tokens for: $words', async (sentence) => {
    const tokenizer = await load();
    expect(wordPieces(tokenizer, sentence.words)).toEqual(expectedPieces(tokenizer, sentence));
  });

  test.skipIf(!folder).each(texts)('encodes running text word by word as the reference does whole: $text', async ({ text, ids }) => {
    expect([...(await load()).encode(text, ranges(text)).ids]).toEqual(ids);
  });
});

test('the special tokens of the tiny encoder are found', async () => {
  expect((await loadTokenizer(diskFolder(TINY))).special).toEqual({ padding: 0, unknown: 1, start: 2, end: 3 });
});

describe('byte-level BPE as RoBERTa’s', async () => {
  const tokenizer = await loadTokenizer(fixtureFolder('tokenizers/roberta'));

  test.each(reference('roberta.json').words)('gives the reference’s sub-tokens for: $words', (sentence) => {
    expect(wordPieces(tokenizer, sentence.words)).toEqual(expectedPieces(tokenizer, sentence));
  });

  test('marks a word with a leading space only where white space precedes it, as the reference does in running text', () => {
    for (const { text, ids } of reference('roberta.json').texts.slice(0, 2)) expect([...tokenizer.encode(text, ranges(text)).ids]).toEqual(ids);
  });

  test('the first word of a text carries the space, wherever the text begins', () => {
    const { ids } = tokenizer.encode('(Maria', [[1, 6]]);
    expect(ids).toEqual(tokenizer.encode('Maria', [[0, 5]]).ids);
  });
});

test('a word of which the tokenizer leaves nothing becomes one unknown token', async () => {
  const tokenizer = await loadTokenizer(diskFolder(TINY));
  const { ids, wordStarts } = tokenizer.encode('a \u0007 b', [[0, 1], [2, 3], [4, 5]]);
  expect([...wordStarts]).toEqual([0, 1, 2, 3]);
  expect(ids[1]).toBe(tokenizer.special.unknown);
});

test('a folder without tokenizer.json is named with what it needs', async () => {
  await expect(loadTokenizer(memoryFolder({}))).rejects.toThrow(new TokenizerError('example has no tokenizer.json. Models that hold vocab.txt or vocab.json alone must be saved again with a fast tokenizer.'));
});

test('a truncated tokenizer.json ends in a clear message', async () => {
  await expect(loadTokenizer(memoryFolder({ 'tokenizer.json': '{"model": {' }))).rejects.toThrow(/tokenizer\.json of example is damaged .* Fetch the model again/);
});

test('a tokenizer without a padding token is refused by name', async () => {
  const definition = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model: { type: 'WordPiece', unk_token: '[UNK]', vocab: { '[UNK]': 0, '[CLS]': 1, '[SEP]': 2 } } };
  await expect(loadTokenizer(memoryFolder({ 'tokenizer.json': JSON.stringify(definition) }))).rejects.toThrow(/no pad_token/);
});
