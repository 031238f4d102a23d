import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensors, writeSafetensors } from '../../../../wasm-models/weights/safetensors.ts';
import { halfWeightsFile, weightsFile } from '../files.ts';

/** Writes `model.f16.safetensors` beside `model.safetensors`: half the bytes, for many seats on one network. */
export async function writeHalfWeights(folder: string): Promise<void> {
  const source = readSafetensors(await readFile(path.join(folder, weightsFile)), weightsFile);
  // Position numbers are stored as integers in some files; every encoder can count by itself.
  const tensors = source.names.filter((name) => ['F32', 'F16', 'BF16'].includes(source.dtype(name))).map((name) => ({ name, shape: source.shape(name), data: source.read(name) }));
  const target = path.join(folder, halfWeightsFile);
  const fresh = `${target}.${process.pid}`;
  await writeFile(fresh, writeSafetensors(tensors, { dtype: 'F16' }));
  await rename(fresh, target);
}
