import { readFileSync } from 'node:fs';

// Tags texts with an exported tagger by @huggingface/transformers as npm installs it, word by word as the tagger's card shows.
// Runs in the folder of that installation: node in-javascript.mjs <folder that holds "tagger"> <texts.json> <fp32|q8>; prints how many words have another tag.
const library = '@huggingface/transformers';
const { AutoModelForTokenClassification, AutoTokenizer, env, Tensor } = await import(library);
const [folder, file, dtype] = process.argv.slice(2);
env.localModelPath = folder;
env.allowRemoteModels = false;
const tokenizer = await AutoTokenizer.from_pretrained('tagger');
const model = await AutoModelForTokenClassification.from_pretrained('tagger', { dtype });
const int64 = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
const idsOf = (text) => tokenizer.encode(text, { add_special_tokens: false });
const [start, end] = [0, -1].map((place) => tokenizer.encode('a').at(place));

let different = 0;
const pooled = readFileSync(`${folder}/tagger/README.md`, 'utf8').includes('word_starts: int64(starts)');
for (const { words, tags } of JSON.parse(readFileSync(file, 'utf8'))) {
  const pieces = words.map(idsOf);
  const starts = [];
  let position = 1;
  for (const piece of pieces) {
    starts.push(position);
    position += piece.length;
  }
  const ids = [start, ...pieces.flat(), end];
  const { logits } = await model({ input_ids: int64(ids), attention_mask: int64(ids.map(() => 1)), token_type_ids: int64(ids.map(() => 0)), ...(pooled ? { word_starts: int64(starts) } : {}) });
  const rows = logits.tolist()[0];
  words.forEach((_, index) => {
    const scores = rows[pooled ? index : starts[index]];
    if (model.config.id2label[scores.indexOf(Math.max(...scores))] !== tags[index]) different++;
  });
}
console.log(JSON.stringify({ version: env.version, different }));
