import { expect, test } from 'vitest';
import { openWeights } from '../../../wasm-models/weights/open.ts';
import { writeSafetensors } from '../../../wasm-models/weights/safetensors.ts';
import { fixtureFolder, memoryFolder } from '../../model-folders.ts';

test('a model in parts reads as the whole one', async () => {
  const [whole, parts] = await Promise.all([openWeights(fixtureFolder('encoders/bert-f16')), openWeights(fixtureFolder('encoders/bert-sharded'))]);
  expect([...parts.names].sort()).toEqual([...whole.names].sort());
  for (const name of whole.names) {
    expect(parts.shape(name)).toEqual(whole.shape(name));
    expect(parts.read(name)).toEqual(whole.read(name));
  }
});

test('a folder without safetensors is named with what it lacks', async () => {
  await expect(openWeights(memoryFolder({ 'pytorch_model.bin': 'x' }))).rejects.toThrow(/^example has no model\.safetensors\. Only safetensors weights can be read/);
});

const part = writeSafetensors([{ name: 'a', shape: [1], data: Float32Array.of(1) }]);
const index = (map: unknown): string => JSON.stringify({ weight_map: map });

test.each([
  ['a part that is not there', { 'model.safetensors.index.json': index({ a: 'p1.safetensors', b: 'p2.safetensors' }), 'p1.safetensors': part }, /example lacks p2\.safetensors, which model\.safetensors\.index\.json of example names/],
  ['a tensor that its part lacks', { 'model.safetensors.index.json': index({ a: 'p1.safetensors', b: 'p1.safetensors' }), 'p1.safetensors': part }, /p1\.safetensors of example lacks tensor b/],
  ['a tensor that the index doesn’t know', { 'model.safetensors.index.json': index({ b: 'p2.safetensors' }), 'p2.safetensors': writeSafetensors([{ name: 'a', shape: [1], data: Float32Array.of(1) }, { name: 'b', shape: [1], data: Float32Array.of(1) }]) }, /p2\.safetensors of example holds tensor a, which .* doesn't place there/],
  ['a part outside the folder', { 'model.safetensors.index.json': index({ a: '../secret.safetensors' }) }, /places tensor a in "\.\.\/secret\.safetensors", expected the name of a \.safetensors file beside it/],
  ['an index cut off', { 'model.safetensors.index.json': '{"weight_map": {' }, /index\.json of example is damaged/],
  ['an index without its map', { 'model.safetensors.index.json': '{}' }, /expected an object weight_map/],
  ['a part cut off', { 'model.safetensors.index.json': index({ a: 'p1.safetensors' }), 'p1.safetensors': part.subarray(0, -1) }, /p1\.safetensors of example is cut off in tensor a: 4 bytes of data expected, 3 got/],
])('%s ends in a clear message', async (_, files, message) => {
  await expect(openWeights(memoryFolder(files as unknown as Record<string, string>))).rejects.toThrow(message);
});
