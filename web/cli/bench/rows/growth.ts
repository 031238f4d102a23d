import type { EncoderConfig } from '../../../../wasm-models/models/config.ts';
import { openNodeEngine } from '../../../src/engine/node.ts';
import { measureSteps } from '../../../src/train/bench/measure.ts';
import { LABELS, randomTagger } from '../../../src/train/bench/random-tagger.ts';
import { openPyTorch } from '../pytorch.ts';
import { alternate, typical } from './alternate.ts';
import type { GpuRow, GrowthRow } from './row.ts';
import { sizesOf, smallEncoder, type Setting } from './setting.ts';

const BATCH = 8;
const STEPS = 4;

/** Layers of MiniLM's width at 64 tokens, and lengths at its six layers. */
const sizes = [
  ...[2, 6, 12].map((layers) => ({ layers, tokens: 64 })),
  ...[16, 32, 128].map((tokens) => ({ layers: 6, tokens })),
];

/** Forward and backward by layers and by length: here, in PyTorch and in the tab. */
export async function growth({ miniLm, threads, rounds, pyTorchProblem, page, terminal }: Setting): Promise<GrowthRow[]> {
  const rows: GrowthRow[] = [];
  for (const { layers, tokens } of sizes) {
    terminal.progress(`Growth: ${layers} layers, ${BATCH} × ${tokens}`);
    const encoder: EncoderConfig = { ...miniLm, layers };
    const pyTorch = pyTorchProblem === null ? await openPyTorch({ encoder, labels: LABELS, threads }) : null;
    const order = { batch: BATCH, tokens, steps: STEPS };
    const given = await alternate<string, number>(rounds, {
      native: async () => (await measureSteps({ engine: openNodeEngine({ device: 'cpu', threads }) }, { batch: BATCH, tokens, most: STEPS, tagger: randomTagger(encoder) })).forwardBackwardMs.median,
      ...(pyTorch ? { pyTorch: async () => (await pyTorch.measure(order)).forwardBackwardMs } : {}),
      wasm: async () => (await page.measure({ ...order, encoder, device: 'wasm', threads })).forwardBackwardMs.median,
    });
    pyTorch?.close();
    const ms = (name: string): number | null => (given[name] ? typical(given[name], (value) => value) : null);
    const row: GrowthRow = { layers, batch: BATCH, tokens, nativeMs: ms('native'), pyTorchMs: ms('pyTorch'), wasmMs: ms('wasm') };
    terminal.note(`${layers} layers, ${BATCH} × ${tokens}: ${[row.nativeMs, row.pyTorchMs, row.wasmMs].map((value) => `${Math.round(value ?? NaN)} ms`).join(', ')} (native, PyTorch, WASM)`);
    rows.push(row);
  }
  return rows;
}

/** Ours, and ONNX Runtime's, recorded once and repeated or node by node. */
const waysOn = (softwareGpu: boolean) => ({ 'own shaders': { programs: { together: !softwareGpu } }, 'ONNX Runtime, recorded': { programs: null }, 'ONNX Runtime, node by node': { programs: null, capture: false } });

/** What our own step asks of a GPU by layers. */
export async function gpuGrowth({ threads, page, terminal }: Setting): Promise<GpuRow[]> {
  const rows: GpuRow[] = [];
  for (const layers of [2, 4]) {
    for (const [way, gpuOptions] of Object.entries(waysOn(page.softwareGpu))) {
      const encoder = smallEncoder(layers, 64);
      const who = `Tagsmith, ${way}`;
      terminal.progress(`${sizesOf(encoder)} on the GPU: ${who}`);
      const lengths = { warmUp: 3, blocks: 3, stepsABlock: 1 };
      const { stepMs, hostMs, gpu } = await page.race({ contestant: 'Tagsmith', device: 'webgpu', encoder, batch: 2, tokens: 16, threads, gpuOptions, ...lengths });
      rows.push({ who, encoder: sizesOf(encoder), batch: 2, tokens: 16, stepMs, hostMs, ...gpu! });
    }
  }
  return rows;
}
