import { randomStream } from '../../../wasm-models/random.ts';
import { readEncoderConfig, writeTaggerConfig } from '../../../wasm-models/weights/encoder-config.ts';
import type { Pooling } from '../../../wasm-models/models/config.ts';
import { openWeights } from '../../../wasm-models/weights/open.ts';
import { writeSafetensors } from '../../../wasm-models/weights/safetensors.ts';
import { exportTagger, importEncoder, initialiseHead } from '../../../wasm-models/weights/transfer.ts';
import { jsonFile } from '../../../web/src/export/folder-of.ts';
import type { ModelFiles } from '../../../web/src/train/protocol.ts';
import { diskFolder, fixtureFolder, readJson, TINY } from '../../model-folders.ts';

export const LABELS = ['O', 'B-person', 'I-person', 'B-place', 'I-place'];

/** A tagger with the tiny encoder and a head that has learnt nothing, as a training gives it. */
export async function smallTagger(pooling: Pooling = 'first', maxTokens = 64): Promise<ModelFiles> {
  const folder = diskFolder(TINY);
  const configJson = await readJson(folder, 'config.json');
  const config = readEncoderConfig(configJson);
  const parameters = new Map([...importEncoder(config, await openWeights(folder)), ...initialiseHead(config.hiddenSize, LABELS.length, 3)]);
  // Larger than a new head's, so that no two labels are nearly equal.
  parameters.set('head.weight', parameters.get('head.weight')!.map((value) => 30 * value));
  return {
    'config.json': jsonFile(writeTaggerConfig(configJson, { labels: LABELS, pooling })),
    'model.safetensors': writeSafetensors(exportTagger(config, parameters)),
    'tagsmith.json': jsonFile({ format: 1, maxTokens, pooling }),
    'README.md': new TextEncoder().encode('---\nlicense: mit\n---\n\n# A tagger\n\n## Scores\n\nF1 57.3\n\n## Use\n\nAs before.\n\n## Licence\n\nMIT\n'),
    'tokenizer.json': (await folder.read('tokenizer.json'))!,
    'tokenizer_config.json': (await folder.read('tokenizer_config.json'))!,
  };
}

/** A tagger of RoBERTa's shape with a byte-level tokenizer that, like the published one, does not say that the first word has a space before it. */
export async function smallRoberta(): Promise<ModelFiles> {
  const [folder, tokenizer] = [fixtureFolder('encoders/roberta'), fixtureFolder('tokenizers/roberta')];
  const given = readEncoderConfig(await readJson(folder, 'config.json'));
  const parameters = new Map([...importEncoder(given, await openWeights(folder)), ...initialiseHead(given.hiddenSize, LABELS.length, 3)]);
  const configJson = { ...(await readJson(folder, 'config.json')), vocab_size: 800, max_position_embeddings: 66 };
  const random = randomStream(7, 'embeddings');
  for (const [name, rows] of [['embeddings.word.weight', 800], ['embeddings.position.weight', 66]] as const) parameters.set(name, Float32Array.from({ length: rows * given.hiddenSize }, () => random.normal()));
  return {
    'config.json': jsonFile(writeTaggerConfig(configJson, { labels: LABELS, pooling: 'first' })),
    'model.safetensors': writeSafetensors(exportTagger(readEncoderConfig(configJson), parameters)),
    'tagsmith.json': jsonFile({ format: 1, maxTokens: 64, pooling: 'first' }),
    'tokenizer.json': (await tokenizer.read('tokenizer.json'))!,
  };
}
