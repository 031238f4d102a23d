import { buildInference } from '../../wasm-models/index.ts';
import { readEncoderConfig, readTaggerDescription } from '../../wasm-models/weights/encoder-config.ts';
import { openWeights } from '../../wasm-models/weights/open.ts';
import { importTagger } from '../../wasm-models/weights/transfer.ts';
import type { ModelFolder } from '../src/encode/model-folder.ts';
import { readJson } from '../src/train/encoder.ts';
import type { ModelFiles } from '../src/train/protocol.ts';

/**
 * `onnx/model.onnx` of a tagger: int64 `input_ids`, `attention_mask` (and `token_type_ids` for BERT) to `logits`, weights inside. Its
 * logits are those of single sub-tokens, so there is none for a tagger that takes the mean or the sum of a word's.
 */
export async function inferenceFile(files: ModelFiles): Promise<ModelFiles> {
  const folder: ModelFolder = { name: 'the tagger', read: (file) => Promise.resolve(files[file]) };
  const json = await readJson(folder, 'config.json');
  const config = readEncoderConfig(json);
  const { labels: names, pooling } = readTaggerDescription(json);
  if (pooling !== 'first') return {};
  const labels = names.length;
  return { 'onnx/model.onnx': buildInference(config, labels, importTagger(config, labels, await openWeights(folder))) };
}
