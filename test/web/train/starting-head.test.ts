import { expect, test } from 'vitest';
import { initialiseHead } from '../../../wasm-models/weights/transfer.ts';
import { loadEncoder } from '../../../web/src/train/encoder.ts';
import { startingHead } from '../../../web/src/train/starting-head.ts';
import { diskFolder, memoryFolder, TINY } from '../../model-folders.ts';
import { LABELS, smallTagger } from '../export/small-tagger.ts';

const settings = { pooling: 'first', seed: 5 } as const;
const encoder = await loadEncoder(memoryFolder(await smallTagger()));
const hidden = encoder.config.hiddenSize;
const row = (values: Float32Array, index: number): number[] => Array.from(values.subarray(index * hidden, (index + 1) * hidden));

test('a tagger that is trained on keeps what it knows of each label by name; new ones start anew', () => {
  const labels = ['O', 'B-date', 'I-date', 'B-person', 'I-person'];
  const { parameters, notes } = startingHead(encoder, labels, settings);
  const fresh = initialiseHead(hidden, labels.length, settings.seed);
  for (const [index, label] of labels.entries()) {
    const known = LABELS.indexOf(label);
    expect(row(parameters.get('head.weight')!, index)).toEqual(known < 0 ? row(fresh.get('head.weight')!, index) : row(encoder.head!.parameters.get('head.weight')!, known));
  }
  expect(notes).toEqual(['example is a tagger already: it goes on from what it knows of 3 labels; 2 are new to it.']);
});

test.each([
  ['no label but O is the same', LABELS.map((label) => label.replace('-', '-other-')), settings],
  ['the vector of a word is made in another way', LABELS, { ...settings, pooling: 'mean' as const }],
])('the head is new where %s', (_, labels, given) => {
  const { parameters, notes } = startingHead(encoder, labels, given);
  expect(parameters).toEqual(initialiseHead(hidden, labels.length, settings.seed));
  expect(notes).toEqual([]);
});

test('an encoder without a head knows none', async () => {
  const plain = await loadEncoder(diskFolder(TINY));
  expect(plain.head).toBeNull();
  expect(startingHead(plain, LABELS, settings).parameters).toEqual(initialiseHead(hidden, LABELS.length, settings.seed));
});
