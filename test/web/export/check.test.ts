import { expect, test } from 'vitest';
import { openNodeEngine } from '../../../web/src/engine/node.ts';
import { openNodeModel } from '../../../web/src/engine/node-model.ts';
import { checkExport } from '../../../web/src/export/check.ts';
import { MODEL_FILE } from '../../../web/src/export/compare.ts';
import { exportTagger } from '../../../web/src/export/export-tagger.ts';
import { readTaggerFiles } from '../../../web/src/export/tagger-parts.ts';
import { twentySentences } from '../train/sentences.ts';
import { smallTagger } from './small-tagger.ts';

const means = { engine: openNodeEngine({ device: 'cpu', threads: 1 }), open: (model: Uint8Array) => openNodeModel(model, 1) };

test.each(['first', 'mean', 'sum'] as const)('an export by the %s of sub-tokens is found to tag as its tagger, words given or not', async (pooling) => {
  const { files } = await exportTagger(await smallTagger(pooling));
  const parts = await readTaggerFiles(files, 'small');
  const texts = [...twentySentences().slice(0, 3), { text: 'Nuno lives in Ketterby.' }, { text: 'Nobody came.' }];
  const found = await checkExport(files, parts, texts, means);
  expect(found).toMatchObject({ texts: 5, different: 0 });
  expect(found.words).toBeGreaterThan(20);
});

test('a model that is not the tagger’s is noticed', async () => {
  const { files } = await exportTagger(await smallTagger());
  const others = await exportTagger(await smallTagger('mean'));
  const parts = await readTaggerFiles(files, 'small');
  const { different } = await checkExport({ ...files, [MODEL_FILE]: others.files[MODEL_FILE]! }, parts, twentySentences(), means);
  expect(different).toBeGreaterThan(0);
});
