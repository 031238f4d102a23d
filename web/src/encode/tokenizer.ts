import { Tokenizer } from '@huggingface/tokenizers';
import type { WordRange } from '../text/span.ts';
import type { ModelFolder } from './model-folder.ts';

/** A text as sub-tokens, without special tokens. Every word has at least one. */
export interface EncodedText {
  /** Token ids of the encoder's vocabulary. */
  ids: Int32Array;
  /** `[words + 1]`: word w takes `ids[wordStarts[w]]` up to `ids[wordStarts[w + 1]]`, the latter exclusive. */
  wordStarts: Int32Array;
}

/** Ids of the tokens that carry no text. */
export interface SpecialTokens {
  /** Before the text. */
  start: number;
  /** After the text. */
  end: number;
  padding: number;
  unknown: number;
}

/** Turns words into sub-tokens of one encoder. */
export interface WordTokenizer {
  readonly special: SpecialTokens;
  encode(text: string, words: readonly WordRange[]): EncodedText;
}

/** A tokenizer that is missing, damaged or of a kind this program can't run. */
export class TokenizerError extends Error {
  override name = 'TokenizerError';
}

type Json = Record<string, unknown>;

const NAMES = { start: ['cls_token', '[CLS]', '<s>'], end: ['sep_token', '[SEP]', '</s>'], padding: ['pad_token', '[PAD]', '<pad>'], unknown: ['unk_token', '[UNK]', '<unk>'] } as const;

/** Distinct words remembered before the memory is cleared. */
const REMEMBERED_WORDS = 200_000;

/**
 * The tokenizer of a model folder. Words are encoded one by one, as transformers does with `is_split_into_words`:
 * byte-level BPE (RoBERTa) and SentencePiece (XLM-R) mark a word that white space precedes, and the first of a text,
 * with a leading space; WordPiece (BERT) knows no such mark.
 */
export async function loadTokenizer(folder: ModelFolder): Promise<WordTokenizer> {
  const definition = await readJson(folder, 'tokenizer.json');
  if (!definition) throw new TokenizerError(`${folder.name} has no tokenizer.json. Models that hold vocab.txt or vocab.json alone must be saved again with a fast tokenizer.`);
  const config = (await readJson(folder, 'tokenizer_config.json')) ?? {};
  return wordTokenizer(definition, config, folder.name);
}

async function readJson(folder: ModelFolder, file: string): Promise<Json | undefined> {
  const bytes = await folder.read(file);
  if (!bytes) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch (error) {
    throw new TokenizerError(`${file} of ${folder.name} is damaged (${(error as Error).message}). Fetch the model again.`);
  }
}

function wordTokenizer(definition: Json, config: Json, name: string): WordTokenizer {
  const spaced = open(withLeadingSpace(definition, true), config, name);
  const marksSpaces = JSON.stringify(withLeadingSpace(definition, true)) !== JSON.stringify(withLeadingSpace(definition, false));
  let joined: Tokenizer | undefined;
  const special = specialTokens(spaced, config, name);
  const lowercases = JSON.stringify(definition['normalizer'] ?? null).match(/"lowercase":true|"type":"Lowercase"/) !== null;
  const encodeWith = (tokenizer: Tokenizer, word: string): number[] => {
    const { ids } = tokenizer.encode(lowercases ? word.replaceAll('Σ', 'σ') : word, { add_special_tokens: false });
    return ids.length > 0 ? ids : [special.unknown];
  };
  const spacedIds = new Map<string, number[]>();
  const joinedIds = new Map<string, number[]>();
  return {
    special,
    encode(text, words) {
      const ids: number[] = [];
      const wordStarts = new Int32Array(words.length + 1);
      words.forEach(([start, end], index) => {
        const word = text.slice(start, end);
        const isSpaced = !marksSpaces || index === 0 || /\s/.test(text.charAt(start - 1));
        const pieces = isSpaced
          ? remember(spacedIds, word, () => encodeWith(spaced, word))
          : remember(joinedIds, word, () => encodeWith((joined ??= open(withLeadingSpace(definition, false), config, name)), word));
        for (const id of pieces) ids.push(id);
        wordStarts[index + 1] = ids.length;
      });
      return { ids: Int32Array.from(ids), wordStarts };
    },
  };
}

function remember(memory: Map<string, number[]>, word: string, encode: () => number[]): number[] {
  let ids = memory.get(word);
  if (!ids) {
    ids = encode();
    if (memory.size >= REMEMBERED_WORDS) memory.clear();
    memory.set(word, ids);
  }
  return ids;
}

function open(definition: Json, config: Json, name: string): Tokenizer {
  try {
    return new Tokenizer(definition, config);
  } catch (error) {
    throw new TokenizerError(`tokenizer.json of ${name} can't be used: ${(error as Error).message}.`);
  }
}

/** The definition with the leading space switched on or off wherever a pre-tokenizer has that switch. */
function withLeadingSpace(definition: Json, on: boolean): Json {
  const switched = (step: unknown): unknown => {
    if (typeof step !== 'object' || step === null) return step;
    const { type, pretokenizers } = step as Json;
    if (type === 'ByteLevel') return { ...step, add_prefix_space: on };
    if (type === 'Metaspace') return { ...step, add_prefix_space: on, prepend_scheme: on ? 'always' : 'never' };
    if (type === 'Sequence' && Array.isArray(pretokenizers)) return { ...step, pretokenizers: pretokenizers.map(switched) };
    return step;
  };
  return { ...definition, pre_tokenizer: switched(definition['pre_tokenizer']) };
}

function specialTokens(tokenizer: Tokenizer, config: Json, name: string): SpecialTokens {
  const find = ([key, ...usual]: readonly [string, ...string[]]): number => {
    const named = config[key];
    const content = typeof named === 'string' ? named : (named as Json | null | undefined)?.['content'];
    for (const token of [content, ...usual]) {
      const id = typeof token === 'string' ? tokenizer.token_to_id(token) : undefined;
      if (id !== undefined) return id;
    }
    throw new TokenizerError(`tokenizer.json of ${name} has no ${key} (looked for ${usual.join(' and ')}): it is not the tokenizer of a BERT-like encoder.`);
  };
  return { start: find(NAMES.start), end: find(NAMES.end), padding: find(NAMES.padding), unknown: find(NAMES.unknown) };
}
