import { expect, it } from 'vitest';
import { sharedPage } from './shared-page.ts';

const page = sharedPage();

it('WebGPU gives WASM’s word vectors of a frozen encoder, and every build trains a head over them with the very same losses', async () => {
  const { vectors, losses } = await page.call('headAlone');
  expect(vectors.largest).toBeLessThan(1e-4);
  for (const device of ['webgpu', 'asyncify']) expect(losses[device], device).toEqual(losses.wasm);
  expect(losses.wasm).toHaveLength(20);
  expect(losses.wasm!.at(-1)).toBeLessThan(0.8 * losses.wasm![0]!);
});
