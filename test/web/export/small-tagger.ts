import { readEncoderConfig, writeTaggerConfig } from '../../../wasm-models/weights/encoder-config.ts';
import type { Pooling } from '../../../wasm-models/models/config.ts';
import { openWeights } from '../../../wasm-models/weights/open.ts';
import { writeSafetensors } from '../../../wasm-models/weights/safetensors.ts';
import { exportTagger, importEncoder, initialiseHead } from '../../../wasm-models/weights/transfer.ts';
import { jsonFile } from '../../../web/src/export/folder-of.ts';
import type { ModelFiles } from '../../../web/src/train/protocol.ts';
import { diskFolder, readJson, TINY } from '../../model-folders.ts';

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
