import type { Pooling } from '../../../wasm-models/models/config.ts';

/** What the snippets tag. */
export const SENTENCE = 'Mara Lindqvist left Ketterby on Monday .';

/** Python with transformers, in the tagger's folder. For taggers that read a word's first sub-token. */
export function transformersCode(): string {
  return `from transformers import AutoModelForTokenClassification, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(".")
model = AutoModelForTokenClassification.from_pretrained(".").eval()
words = "${SENTENCE}".split()
encoded = tokenizer(words, is_split_into_words=True, return_tensors="pt")
best = model(**encoded).logits[0].argmax(-1)
for index, word in enumerate(words):
    print(word, model.config.id2label[int(best[encoded.word_ids().index(index)])])`;
}

/** JavaScript with transformers.js, in the folder that the tagger's lies in under the name `tagger`. */
export function transformersJsCode(pooling: Pooling): string {
  const [starts, row] = pooling === 'first' ? ['', 'starts[index]'] : [', word_starts: int64(starts)', 'index'];
  return `import { AutoModelForTokenClassification, AutoTokenizer, env, Tensor } from '@huggingface/transformers';

env.localModelPath = './';
env.allowRemoteModels = false;
const tokenizer = await AutoTokenizer.from_pretrained('tagger');
const model = await AutoModelForTokenClassification.from_pretrained('tagger', { dtype: 'fp32' }); // 'q8': weights as bytes, if they are there

const words = '${SENTENCE}'.split(' ');
const pieces = words.map((word) => tokenizer.encode(word, { add_special_tokens: false }));
const [start, end] = [0, -1].map((place) => tokenizer.encode('a').at(place));
const ids = [start, ...pieces.flat(), end];
const starts = pieces.map((_, index) => 1 + pieces.slice(0, index).flat().length);
const int64 = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
const { logits } = await model({ input_ids: int64(ids), attention_mask: int64(ids.map(() => 1)), token_type_ids: int64(ids.map(() => 0))${starts} });
words.forEach((word, index) => {
  const scores = logits.tolist()[0][${row}];
  console.log(word, model.config.id2label[scores.indexOf(Math.max(...scores))]);
});`;
}
