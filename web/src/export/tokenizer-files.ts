import type { ModelFiles } from '../train/protocol.ts';
import { jsonFile } from './folder-of.ts';
import type { TaggerParts } from './tagger-parts.ts';

type Json = Record<string, unknown>;

const SPECIAL = {
  bert: { unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' },
  roberta: { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>', sep_token: '</s>', pad_token: '<pad>', cls_token: '<s>', mask_token: '<mask>' },
};

/**
 * A tagger's tokenizer so that other programs split words into the sub-tokens that it was trained with, whatever the encoder's own folder
 * held or lacked. transformers builds the tokenizer of a known class anew from tokenizer_config.json and takes only the vocabulary from tokenizer.json:
 * without `do_lower_case: false` it would lowercase the words of a cased encoder. Byte-level tokenizers put a space before the first word, as in
 * training; nothing is cut off or filled up unasked, as some published files have it.
 */
export function tokenizerFiles({ tokenizer, tokenizerConfig, config }: Pick<TaggerParts, 'tokenizer' | 'tokenizerConfig' | 'config'>): ModelFiles {
  const definition: Json = { ...tokenizer, truncation: null, padding: null, pre_tokenizer: withPrefixSpace(tokenizer['pre_tokenizer']), post_processor: withPrefixSpace(tokenizer['post_processor']) };
  const special = specialTokens(definition, tokenizerConfig);
  // Code of other people, and paths of the machine where it was saved.
  const { auto_map: _, name_or_path: __, tokenizer_file: ___, special_tokens_map_file: ____, ...kept } = tokenizerConfig;
  const written = {
    ...kept,
    ...classOf(definition, tokenizerConfig, config.architecture === 'distilbert' ? 'DistilBertTokenizer' : 'BertTokenizer'),
    ...special,
    model_max_length: config.maxPositions - config.positionOffset,
    model_input_names: ['input_ids', ...(config.tokenTypes > 1 ? ['token_type_ids'] : []), 'attention_mask'],
  };
  return { 'tokenizer.json': new TextEncoder().encode(JSON.stringify(definition)), 'tokenizer_config.json': jsonFile(written), 'special_tokens_map.json': jsonFile(special) };
}

/** The class that transformers builds anew into just this tokenizer, with its settings; else the one that takes tokenizer.json as it is. */
function classOf({ normalizer, pre_tokenizer: splitter, model }: Json, given: Json, bert: string): Json {
  const [norm, split, pieces] = [normalizer, splitter, model].map((part) => (part ?? {}) as Json) as [Json, Json, Json];
  const isWordPiece = pieces['type'] === 'WordPiece' || pieces['continuing_subword_prefix'] === '##';
  if (norm['type'] === 'BertNormalizer' && norm['clean_text'] !== false && split['type'] === 'BertPreTokenizer' && isWordPiece) {
    const { lowercase, strip_accents: accents = null, handle_chinese_chars: chinese } = norm;
    return { tokenizer_class: bert, do_lower_case: lowercase !== false, strip_accents: accents, tokenize_chinese_chars: chinese !== false };
  }
  if (normalizer === null && split['type'] === 'ByteLevel' && split['use_regex'] !== false && pieces['type'] === 'BPE') {
    return { tokenizer_class: 'RobertaTokenizer', add_prefix_space: true, trim_offsets: split['trim_offsets'] !== false };
  }
  const named = given['tokenizer_class'];
  return { tokenizer_class: typeof named === 'string' && /^XLMRoberta/.test(named) ? named : 'PreTrainedTokenizerFast' };
}

/** Which tokens carry no text: as the folder says, else as usual, where the vocabulary has them. */
function specialTokens({ model, added_tokens: added }: Json, given: Json): Record<string, string> {
  const { vocab } = (model ?? {}) as Json;
  const known = new Set<unknown>([...(Array.isArray(vocab) ? vocab.map((entry: unknown) => (Array.isArray(entry) ? (entry[0] as unknown) : entry)) : Object.keys((vocab ?? {}) as Json))]);
  if (Array.isArray(added)) for (const { content } of added as Json[]) known.add(content);
  const usual: Record<string, string> = known.has('[CLS]') ? SPECIAL.bert : SPECIAL.roberta;
  const found = Object.entries(usual).map(([key, token]): [string, string] => {
    const named = given[key];
    const content = typeof named === 'string' ? named : ((named ?? {}) as Json)['content'];
    return [key, typeof content === 'string' && known.has(content) ? content : token];
  });
  return Object.fromEntries(found.filter(([, token]) => known.has(token)));
}

/** A step of a tokenizer with the leading space switched on wherever it has that switch. */
function withPrefixSpace(step: unknown): unknown {
  if (typeof step !== 'object' || step === null) return step;
  const { type, pretokenizers } = step as Json;
  if (type === 'ByteLevel' || type === 'RobertaProcessing') return { ...step, add_prefix_space: true };
  if (type === 'Sequence' && Array.isArray(pretokenizers)) return { ...step, pretokenizers: pretokenizers.map(withPrefixSpace) };
  return step;
}
