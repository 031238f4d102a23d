import type { Architecture, EncoderConfig } from '../models/config.ts';

/** One of our parameters and the published tensors it is made of, stacked along the first axis. */
export interface MappedParameter {
  name: string;
  shape: number[];
  published: { name: string; shape: number[] }[];
}

/** How one architecture's published files name things. Where an encoder's names begin with `<prefix>.`, they may also do without. */
interface Naming {
  prefix: string;
  layer: string;
  query: string;
  key: string;
  value: string;
  attentionOutput: string;
  attentionNorm: string;
  up: string;
  down: string;
  feedForwardNorm: string;
  /** Tensors that published files hold beside the encoder (prefix removed), and what they are. */
  ignored: Record<string, RegExp>;
}

const POOLER = /^pooler\.dense\.(weight|bias)$/;
const BUFFERS = /^embeddings\.(position_ids|token_type_ids)$/;
const QUESTION_ANSWERING = /^qa_outputs\.(weight|bias)$/;

const BERT_LAYER = {
  layer: 'encoder.layer',
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  attentionOutput: 'attention.output.dense',
  attentionNorm: 'attention.output.LayerNorm',
  up: 'intermediate.dense',
  down: 'output.dense',
  feedForwardNorm: 'output.LayerNorm',
};

const NAMING: Record<Architecture, Naming> = {
  bert: {
    prefix: 'bert',
    ...BERT_LAYER,
    ignored: {
      'position buffers': BUFFERS,
      pooler: POOLER,
      'masked language model head': /^cls\.predictions\.(bias|decoder\.(weight|bias)|transform\.(dense|LayerNorm)\.(weight|bias|gamma|beta))$/,
      'next sentence head': /^cls\.seq_relationship\.(weight|bias)$/,
      'question answering head': QUESTION_ANSWERING,
    },
  },
  roberta: {
    prefix: 'roberta',
    ...BERT_LAYER,
    ignored: {
      'position buffers': BUFFERS,
      pooler: POOLER,
      'masked language model head': /^lm_head\.(bias|(dense|layer_norm|decoder)\.(weight|bias))$/,
      'sequence classification head': /^classifier\.(dense|out_proj)\.(weight|bias)$/,
      'question answering head': QUESTION_ANSWERING,
    },
  },
  distilbert: {
    prefix: 'distilbert',
    layer: 'transformer.layer',
    query: 'attention.q_lin',
    key: 'attention.k_lin',
    value: 'attention.v_lin',
    attentionOutput: 'attention.out_lin',
    attentionNorm: 'sa_layer_norm',
    up: 'ffn.lin1',
    down: 'ffn.lin2',
    feedForwardNorm: 'output_layer_norm',
    ignored: {
      'position buffers': BUFFERS,
      'masked language model head': /^(vocab_transform|vocab_layer_norm|vocab_projector)\.(weight|bias)$/,
      'sequence classification head': /^pre_classifier\.(weight|bias)$/,
      'question answering head': QUESTION_ANSWERING,
    },
  },
};

/** The encoder's parameters in the order of the network. */
export function encoderParameters(config: EncoderConfig): MappedParameter[] {
  const { hiddenSize: hidden, intermediateSize: inner } = config;
  const naming = NAMING[config.architecture];
  const table = (name: string, rows: number): MappedParameter => ({
    name: `embeddings.${name}.weight`,
    shape: [rows, hidden],
    published: [{ name: `embeddings.${name}_embeddings.weight`, shape: [rows, hidden] }],
  });
  const pair = (name: string, from: string[], rows: number, columns: number[]): MappedParameter[] => [
    { name: `${name}.weight`, shape: [rows * from.length, ...columns], published: from.map((part) => ({ name: `${part}.weight`, shape: [rows, ...columns] })) },
    { name: `${name}.bias`, shape: [rows * from.length], published: from.map((part) => ({ name: `${part}.bias`, shape: [rows] })) },
  ];
  const linear = (name: string, from: string, out: number, into: number): MappedParameter[] => pair(name, [from], out, [into]);
  const norm = (name: string, from: string): MappedParameter[] => pair(name, [from], hidden, []);
  const layer = (index: number): MappedParameter[] => {
    const ours = `encoder.layer.${index}`;
    const theirs = `${naming.layer}.${index}`;
    return [
      ...pair(`${ours}.attention.qkv`, [naming.query, naming.key, naming.value].map((part) => `${theirs}.${part}`), hidden, [hidden]),
      ...linear(`${ours}.attention.output`, `${theirs}.${naming.attentionOutput}`, hidden, hidden),
      ...norm(`${ours}.attention.norm`, `${theirs}.${naming.attentionNorm}`),
      ...linear(`${ours}.feed_forward.up`, `${theirs}.${naming.up}`, inner, hidden),
      ...linear(`${ours}.feed_forward.down`, `${theirs}.${naming.down}`, hidden, inner),
      ...norm(`${ours}.feed_forward.norm`, `${theirs}.${naming.feedForwardNorm}`),
    ];
  };
  return [
    table('word', config.vocabularySize),
    table('position', config.maxPositions),
    ...(config.tokenTypes > 0 ? [table('token_type', config.tokenTypes)] : []),
    ...norm('embeddings.norm', 'embeddings.LayerNorm'),
    ...Array.from({ length: config.layers }, (_, index) => layer(index)).flat(),
  ];
}

/** The linear head of a tagger. Its published names carry no prefix. */
export function headParameters(config: EncoderConfig, labels: number): MappedParameter[] {
  return [
    { name: 'head.weight', shape: [labels, config.hiddenSize], published: [{ name: 'classifier.weight', shape: [labels, config.hiddenSize] }] },
    { name: 'head.bias', shape: [labels], published: [{ name: 'classifier.bias', shape: [labels] }] },
  ];
}

/** `bert.` and the like: what token classification models put before their encoder's names. */
export function publishedPrefix(architecture: Architecture): string {
  return `${NAMING[architecture].prefix}.`;
}

/** The name in today's spelling and without prefix: TensorFlow's first checkpoints called a norm's scale and shift gamma and beta. */
export function canonicalName(architecture: Architecture, published: string): string {
  const prefix = publishedPrefix(architecture);
  const bare = published.startsWith(prefix) ? published.slice(prefix.length) : published;
  return bare.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

/** What a tensor that is no part of the encoder is, if published files of this architecture are known to hold it. */
export function ignoredPart(architecture: Architecture, canonical: string): string | undefined {
  return Object.entries(NAMING[architecture].ignored).find(([, pattern]) => pattern.test(canonical))?.[0];
}
