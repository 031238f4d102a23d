import type { Tensor } from 'onnxruntime-web/webgpu';
import { takeGpuWork } from '../../../web/src/engine/webgpu/account.ts';
import { createBuffer } from '../../../web/src/engine/webgpu/buffers.ts';
import { requestGpu } from '../../../web/src/engine/webgpu/device.ts';
import { loadWebGpuRuntime } from '../../../web/src/engine/webgpu/runtime.ts';
import { trainingGraph } from '../../../wasm-models/artifacts/build.ts';
import { elementCount } from '../../../wasm-models/graph/shape.ts';
import { loneNode } from './lone-node.ts';
import { makeTagger } from './tagger.ts';

/** Of one kind of operator: how often it stands in the graph, and the dispatches of all of them. */
interface Kind {
  nodes: number;
  dispatches: number;
}

/** Dispatches by kind of operator, each node run alone at its sizes. */
async function operatorAccount({ layers, batch = 4, tokens = 32 }: { layers: number; batch?: number; tokens?: number }): Promise<Record<string, Kind>> {
  const gpu = await requestGpu();
  const { ort } = await loadWebGpuRuntime();
  const { manifest } = makeTagger('tiny', { layers, labels: 19 }).graphs;
  const graph = trainingGraph(manifest, { batch, tokens }, { dropout: true, embedded: true });
  const known = new Map<string, number>();
  const account: Record<string, Kind> = {};
  for (const node of graph.nodes) {
    if (node.op === 'Reshape') continue;
    const key = JSON.stringify([node.op, node.attributes, node.inputs.map(({ shape }) => shape), node.outputs.length]);
    let dispatches = known.get(key);
    if (dispatches === undefined) {
      const { model, inputs } = loneNode(node);
      const session = await ort.InferenceSession.create(model, { executionProviders: [{ name: 'webgpu', device: gpu.device }], preferredOutputLocation: 'gpu-buffer' });
      const feeds: Record<string, Tensor> = {};
      for (const { name, shape, dtype } of inputs) feeds[name] = ort.Tensor.fromGpuBuffer(createBuffer(gpu, name, elementCount(shape as number[])), { dataType: dtype as 'float32', dims: shape as number[] });
      await session.run(feeds);
      takeGpuWork();
      await session.run(feeds);
      dispatches = takeGpuWork().dispatches;
      await session.release();
      known.set(key, dispatches);
    }
    const kind = (account[node.op] ??= { nodes: 0, dispatches: 0 });
    kind.nodes++;
    kind.dispatches += dispatches;
  }
  return account;
}

export const accountChecks = { operatorAccount };
