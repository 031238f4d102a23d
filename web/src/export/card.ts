import type { Pooling } from '../../../wasm-models/models/config.ts';
import type { Comparison } from './compare.ts';
import { pythonLoader } from './loader.ts';
import { SENTENCE, transformersCode, transformersJsCode } from './snippets.ts';

/** What the card of an exported tagger says beyond what its training wrote. */
export interface CardFacts {
  pooling: Pooling;
  /** Sub-tokens of a text that it takes at once. */
  maxTokens: number;
  /** Whether it has a model with weights as bytes, and what that costs where it was measured. */
  int8: { comparison: Comparison | null } | null;
  /** Name of the data set, where it is known. */
  dataset: string | null;
}

/** The card with its data set named and how it is used; one that came without a card gets a short one. */
export function exportedCard(card: string | null, facts: CardFacts): string {
  const named = facts.dataset === null ? (card ?? EMPTY_CARD) : withSection(card ?? EMPTY_CARD, 'Data', `Made from the data set *${oneLine(facts.dataset)}*.`);
  const warned = facts.pooling === 'first' ? named : withSection(named, FIRST_OF_ALL, warning(facts.pooling));
  return withSection(warned, 'Use', use(facts));
}

const FIRST_OF_ALL = 'Before you load it';

function warning(pooling: Pooling): string {
  return `The vector of a word is the ${pooling} of its sub-tokens' vectors. \`AutoModelForTokenClassification\`, which reads sub-tokens one by one, loads this folder without complaint and **gives other results**. Those that the scores are of come from \`load_tagger.py\` and onnx/model.onnx.`;
}

const EMPTY_CARD = `---
pipeline_tag: token-classification
tags:
- token-classification
- named-entity-recognition
---

# A named-entity tagger

It came to Tagsmith without a description.

## Licence

That of the model it was made from: look it up where it was published.
`;

/** Puts a section in the place of the one with this heading; where there is none, before the licence or at the end. */
function withSection(card: string, heading: string, body: string): string {
  const parts = card.split(/^(?=## )/m);
  const section = `## ${heading}\n\n${body}\n\n`;
  const at = parts.findIndex((part) => part.startsWith(`## ${heading}\n`));
  if (at >= 0) return parts.with(at, section).join('').trimEnd() + '\n';
  const before = parts.findIndex((part) => part.startsWith(heading === FIRST_OF_ALL ? '## ' : '## Licence'));
  if (before >= 0) return parts.toSpliced(before, 0, section).join('').trimEnd() + '\n';
  return `${card.trimEnd()}\n\n${section}`.trimEnd() + '\n';
}

/** A name by its maker, in the middle of Markdown. */
function oneLine(name: string): string {
  return name.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|]/g, '\\$&').trim();
}

function use(facts: CardFacts): string {
  const parts = [
    `Words are labelled with BIO tags (\`id2label\` in config.json).${facts.pooling === 'first' ? ' The tag of a word is that of its first sub-token.' : ''}`,
    `Give it words, punctuation apart, and no more than ${facts.maxTokens} sub-tokens of a text at once, as it was trained: longer texts in parts.`,
    ...(facts.pooling === 'first' ? [TRANSFORMERS, `With ONNX Runtime alone (a file beside this one, such as \`load_tagger.py\`):\n\n${fenced('python', pythonLoader('first'))}`] : [loader(facts.pooling)]),
    transformersJs(facts.pooling),
    `onnx/model.onnx takes int64 \`input_ids\`, \`attention_mask\`${facts.pooling === 'first' ? '' : ', `word_starts` (`[texts, words]`: where the first sub-token of each word is; fill up with the number of columns of `input_ids`)'} and, if the encoder knows segments, \`token_type_ids\`; \`logits\` has a row a ${facts.pooling === 'first' ? 'sub-token' : 'word'}. Padding is at the end.`,
    ...(facts.int8 ? [bytes(facts.int8.comparison)] : []),
  ];
  return parts.join('\n\n');
}

const fenced = (language: string, code: string): string => `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;

const TRANSFORMERS = `With transformers in Python (\`pip install transformers torch\`), in this folder:

${fenced('python', transformersCode())}

\`pipeline("token-classification", ".", aggregation_strategy="first")\` takes running text and splits it in its own way.`;

function loader(pooling: Pooling): string {
  return `In Python (\`pip install onnxruntime tokenizers\`), as \`python load_tagger.py ${SENTENCE}\` or from a program:\n\n${fenced('python', `from load_tagger import tag\n\nprint(tag("${SENTENCE}".split()))`)}\n\n(The ${pooling} is taken inside onnx/model.onnx.)`;
}

function transformersJs(pooling: Pooling): string {
  return `With transformers.js (\`npm install @huggingface/transformers\`), in the folder that this one lies in under the name \`tagger\`:

${fenced('js', transformersJsCode(pooling))}`;
}

const percent = (share: number): string => (100 * share).toFixed(1);

/** Sizes and loss of the model with weights as bytes, in a sentence or two. */
function bytes(comparison: Comparison | null): string {
  if (!comparison) return 'onnx/model_quantized.onnx holds its weights as bytes (int8). What that costs was not measured: compare it on your own texts first.';
  const { texts, words, sameTags, f32, int8 } = comparison;
  const megabytes = (size: number): string => `${(size / 1e6).toFixed(1)} MB`;
  const loss = f32.micro.f1 - int8.micro.f1;
  return `onnx/model_quantized.onnx holds its weights as bytes (int8): ${megabytes(comparison.bytes.int8)} instead of ${megabytes(comparison.bytes.f32)}. On ${texts.toLocaleString('en')} texts its micro-F1 is ${percent(int8.micro.f1)} where the other has ${percent(f32.micro.f1)}, and ${percent(sameTags / words)} % of the words have the same tag.${loss > 0.01 ? ' **It loses more than one point: prefer onnx/model.onnx where scores matter.**' : ''}`;
}
