import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { trainingGraph } from '../../../wasm-models/artifacts/build.ts';
import type { Graph } from '../../../wasm-models/graph/graph.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { encodeModel } from '../../../wasm-models/onnx/encode.ts';
import { makeTagger } from '../../gpu/page/tagger.ts';

/** Names of the nodes of a graph of fixed sizes in the order in which ONNX Runtime ran them. */
async function orderOfRun(graph: Graph): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tagsmith-profile-'));
  try {
    const session = await InferenceSession.create(encodeModel(graph, 'training'), { enableProfiling: true, profileFilePrefix: join(folder, 'run') });
    const feeds = graph.inputs.map(({ name, dtype, shape }) => [name, new Tensor(dtype as 'float32', new (dtype === 'int32' ? Int32Array : Float32Array)(elementCount(shape as number[])) as Float32Array, shape as number[])]);
    await session.run(Object.fromEntries(feeds));
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    const events = JSON.parse(await readFile(join(folder, file!), 'utf8')) as { name: string; ts: number }[];
    return events.filter(({ name }) => name.endsWith('_kernel_time')).sort((a, b) => a.ts - b.ts).map(({ name }) => name.slice(0, -'_kernel_time'.length));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([false, true])('ONNX Runtime runs a layer’s way back to its end before it enters the layer below, activations computed again: %s', async (recompute) => {
  const { manifest } = makeTagger('tiny', { layers: 3 }).graphs;
  const order = await orderOfRun(trainingGraph(manifest, { batch: 2, tokens: 8 }, { dropout: true, recompute }));
  const layers = order.flatMap((name) => (name.includes('.grad') ? (/^encoder\.layer\.(\d)/.exec(name)?.[1] ?? []) : []));
  expect(new Set(layers).size).toBe(3);
  // The last node of a layer may change places with the first of the next: both only ask for what is there.
  for (const [above, below] of [['2', '1'], ['1', '0']] as const) expect(layers.lastIndexOf(above) - layers.indexOf(below)).toBeLessThanOrEqual(1);
});
