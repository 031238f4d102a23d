import { openNodeEngine } from '../../web/src/engine/node.ts';
import { difference } from './page/compare.ts';
import type { GradientReport } from './page/engine-checks.ts';
import { ENCODERS, makeBatch, makeTagger } from './page/tagger.ts';

/**
 * A step of the tiny encoder with dropout (`node-step.ts <texts> <tokens>`), on onnxruntime-node's CPU and WebGPU providers; prints how far apart they are as JSON.
 * A program of its own, because the loader reads where the Vulkan libraries are before a process starts.
 */
const [texts, tokens] = process.argv.slice(2).map(Number) as [number, number];
const batch = makeBatch(texts, tokens, ENCODERS.tiny.vocabularySize, 1);

async function gradients(device: 'cpu' | 'webgpu'): Promise<Map<string, Float32Array>> {
  const { graphs, parameters } = makeTagger('tiny');
  const engine = openNodeEngine({ device });
  const session = await engine.open(graphs, parameters);
  await session.accumulate(batch, { seed: 3, counter: 0 });
  const found = await session.readGradients();
  await session.dispose();
  await engine.dispose();
  return found;
}

const reference = await gradients('cpu');
const actual = await gradients('webgpu');
const report: Pick<GradientReport, 'gradients' | 'globalNorm'> = {
  globalNorm: Math.hypot(...[...reference.values()].map((values) => difference(values, values).referenceNorm)),
  gradients: Object.fromEntries([...reference].map(([name, values]) => [name, difference(actual.get(name)!, values)])),
};
console.log(JSON.stringify(report));
