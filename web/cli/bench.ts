import { availableParallelism } from 'node:os';
import { readEncoderConfig } from '../../wasm-models/weights/encoder-config.ts';
import { openNodeEngine } from '../src/engine/node.ts';
import { openModel } from '../src/models/node/open.ts';
import { progressText } from '../src/models/progress.ts';
import { readJson } from '../src/train/encoder.ts';
import { measureInBrowser } from './bench/browser.ts';
import { measureSteps } from './bench/measure.ts';
import type { Outcome, Verb } from './verb.ts';

/** `bench step`: what one optimizer step costs, by device. */
export const bench: Verb = {
  usage: 'tagsmith bench step [--encoder minilm-l6] [--batch 8] [--tokens 64] [--steps 10] [--device cpu|wasm|webgpu] [--threads 2] [--json]',
  summary: 'Times forward and backward pass and optimizer. cpu runs here; wasm and webgpu run in a headless Chromium.',
  options: { encoder: { type: 'string' }, batch: { type: 'string' }, tokens: { type: 'string' }, steps: { type: 'string' }, device: { type: 'string' }, threads: { type: 'string' } },
  positionals: 1,
  async run(call, terminal) {
    if (call.positionals[0] !== 'step') throw call.wrong(call.positionals[0] === undefined ? 'Say what to measure: step.' : `There is no "bench ${call.positionals[0]}".`);
    const device = call.choice('device', ['cpu', 'wasm', 'webgpu']) ?? 'cpu';
    const name = call.text('encoder') ?? 'minilm-l6';
    const [batch, tokens, steps] = [call.count('batch') ?? 8, call.count('tokens') ?? 64, call.count('steps') ?? 10];
    const threads = call.count('threads') ?? availableParallelism();
    const encoder = readEncoderConfig(await readJson(await openModel(name, { onProgress: (progress) => terminal.progress(progressText(progress)) }), 'config.json'));
    const longest = encoder.maxPositions - encoder.positionOffset;
    if (tokens > longest) throw call.wrong(`--tokens ${tokens}: ${name} takes at most ${longest}.`);
    const settings = { encoder, batch, tokens, steps };
    const setting = { encoder: name, batch, tokens, device, steps };
    terminal.progress(`Measuring ${steps} steps of ${batch} × ${tokens} on ${device}`);
    if (device === 'cpu') {
      const engine = openNodeEngine({ device, threads });
      const times = await measureSteps(engine, settings);
      return outcome({ ...setting, ...times, engine: engine.name, runtime: 'onnxruntime-node' });
    }
    const { browser, ...measured } = await measureInBrowser({ ...settings, device, threads });
    return outcome({ ...setting, ...measured, runtime: `onnxruntime-web in ${browser}` });
  },
};

function outcome(json: Record<string, unknown> & { forwardBackwardMs: { median: number }; optimizerMs: { median: number } }): Outcome {
  const { encoder, batch, tokens, engine, forwardBackwardMs, optimizerMs } = json;
  return { json, text: `${encoder}, ${batch} × ${tokens}, ${engine}: forward and backward ${forwardBackwardMs.median.toFixed(1)} ms, optimizer ${optimizerMs.median.toFixed(1)} ms (medians)` };
}
