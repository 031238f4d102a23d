import { elementCount } from '../graph/shape.ts';
import type { EncoderConfig } from '../models/config.ts';
import { randomStream } from '../random.ts';
import { readEncoderConfig } from '../weights/encoder-config.ts';
import { encoderParameters } from '../weights/name-map.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { exportEncoder } from '../weights/transfer.ts';

/** An encoder that has learnt nothing: small enough for tests and for a first try without a download. */

const SEED = 2026;

const CONFIG = {
  architectures: ['BertModel'],
  model_type: 'bert',
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 128,
  max_position_embeddings: 128,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
  layer_norm_eps: 1e-12,
  initializer_range: 0.02,
  pad_token_id: 0,
  position_embedding_type: 'absolute',
};

const README = `---
license: apache-2.0
library_name: transformers
tags: [tagsmith]
---
# Tagsmith's tiny encoder

A BERT of 2 layers, 64 wide, with random weights (seed ${SEED}) and a small cased WordPiece vocabulary of its own. It has
learnt nothing: it shows that everything works, and learns a few sentences by heart, but a tagger made from it is no good
on text it has not seen. Made by \`npm run tiny\`; every run writes the same bytes.
`;

/** The files of the model folder by name, for a vocabulary of word pieces. The same vocabulary gives the same bytes. */
export function tinyEncoderFiles(vocabulary: readonly string[]): Record<string, Uint8Array> {
  const configJson = { ...CONFIG, vocab_size: vocabulary.length };
  const config = readEncoderConfig(configJson);
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const json = (value: unknown): Uint8Array => text(`${JSON.stringify(value, null, 2)}\n`);
  return {
    'config.json': json(configJson),
    'model.safetensors': writeSafetensors(exportEncoder(config, initialiseEncoder(config))),
    'tokenizer.json': text(`${JSON.stringify(tokenizer(vocabulary))}\n`),
    'tokenizer_config.json': json({
      tokenizer_class: 'BertTokenizer',
      do_lower_case: false,
      strip_accents: true,
      tokenize_chinese_chars: true,
      model_max_length: CONFIG.max_position_embeddings,
      ...{ unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' },
    }),
    'README.md': text(README),
  };
}

/**
 * BERT's own start: tables and matrices N(0, 0.02), norms the identity, biases 0. (Matrices N(0, 1 / inputs) were slower
 * at learning twenty sentences by heart: their noise drowns the words.)
 */
function initialiseEncoder(config: EncoderConfig): Map<string, Float32Array> {
  return new Map(
    encoderParameters(config).map(({ name, shape }) => {
      const values = new Float32Array(elementCount(shape));
      if (name.endsWith('norm.weight')) values.fill(1);
      else if (shape.length === 2) {
        const random = randomStream(SEED, name);
        for (let i = 0; i < values.length; i++) values[i] = CONFIG.initializer_range * random.normal();
      }
      return [name, values];
    }),
  );
}

/** `tokenizer.json` of a cased WordPiece that strips accents. */
function tokenizer(vocabulary: readonly string[]): unknown {
  const id = (token: string): number => vocabulary.indexOf(token);
  const special = (token: string): unknown => ({ id: id(token), content: token, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
  const piece = (token: string): unknown => ({ SpecialToken: { id: token, type_id: 0 } });
  const sequence = (which: 'A' | 'B', type: number): unknown => ({ Sequence: { id: which, type_id: type } });
  const template = (token: string): unknown => ({ id: token, ids: [id(token)], tokens: [token] });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map(special),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: true, lowercase: false },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece('[CLS]'), sequence('A', 0), piece('[SEP]')],
      pair: [piece('[CLS]'), sequence('A', 0), piece('[SEP]'), sequence('B', 1), { SpecialToken: { id: '[SEP]', type_id: 1 } }],
      special_tokens: { '[CLS]': template('[CLS]'), '[SEP]': template('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, index) => [token, index])),
    },
  };
}
