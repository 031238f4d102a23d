import { availableParallelism } from 'node:os';
import { readEncoderConfig } from '../../wasm-models/weights/encoder-config.ts';
import { openNodeEngine } from '../src/engine/node.ts';
import { openModel } from '../src/models/node/open.ts';
import { progressText } from '../src/models/progress.ts';
import { measureSteps } from '../src/train/bench/measure.ts';
import { randomTagger } from '../src/train/bench/random-tagger.ts';
import { readJson } from '../src/train/encoder.ts';
import { measureInBrowser } from './bench/browser.ts';
import { epoch } from './bench/epoch.ts';
import { retrieval } from './bench/retrieval.ts';
import { describeTable } from './bench/report.ts';
import { measureTable, PARTS, type Part } from './bench/table.ts';
import type { Call, Outcome, Terminal, Verb } from './verb.ts';

/** `bench step`: what one optimizer step costs, by device. `bench table`: the same beside other programs, in turn. `bench epoch`: what padding costs. `bench retrieval`: how long examples take to be found. */
export const bench: Verb = {
  usage: `tagsmith bench [table] [--only ${PARTS.join(',')}] [--rounds 2] [--threads 2] [--json]
tagsmith bench step [--encoder minilm-l6] [--batch 8] [--tokens 64] [--steps 10] [--device cpu|wasm|webgpu] [--threads 2] [--json]
tagsmith bench epoch --data train.conll [--encoder minilm-l6] [--batch 16] [--steps <batches>] [--threads 2] [--json]
tagsmith bench retrieval --labelled train.conll --data texts.conll [--texts 10000] [--rounds 3] [--encoder minilm-l6] [--threads 2] [--json]`,
  summary: `table: trains beside PyTorch, TensorFlow.js and jax-js, each in turn on the same work, and prints a table in Markdown; minutes, and longer without a GPU.
      PyTorch is measured where python3, or the Python named by TAGSMITH_PYTHON, has torch and transformers.
      step: times forward and backward pass and optimizer. cpu runs here; wasm and webgpu run in a headless Chromium.
      epoch: forward and backward over a file's texts, each batch padded to its own longest text against all padded to 128 sub-tokens, in turn.
      retrieval: the 32 nearest labelled texts for each text of a file (over and over, up to --texts), once all are encoded.`,
  options: Object.fromEntries(['encoder', 'batch', 'tokens', 'steps', 'device', 'threads', 'only', 'rounds', 'data', 'labelled', 'texts'].map((flag) => [flag, { type: 'string' as const }])),
  positionals: 1,
  run(call, terminal) {
    switch (call.positionals[0]) {
      case undefined:
      case 'table':
        return table(call, terminal);
      case 'step':
        return step(call, terminal);
      case 'epoch':
        return epoch(call, terminal);
      case 'retrieval':
        return retrieval(call, terminal);
      default:
        throw call.wrong(`There is no "bench ${call.positionals[0]}".`);
    }
  },
};

/** Flags that `bench table` does not take, by what takes them. */
const notOfTable = { step: ['encoder', 'batch', 'tokens', 'steps', 'device'], epoch: ['data'], retrieval: ['labelled', 'texts'] };

async function table(call: Call, terminal: Terminal): Promise<Outcome> {
  for (const [part, flags] of Object.entries(notOfTable)) for (const flag of flags) if (call.text(flag) !== undefined) throw call.wrong(`--${flag} goes with "bench ${part}".`);
  const parts = call.text('only')?.split(',').map((name) => name.trim()) ?? PARTS;
  const unknown = parts.find((name) => !(PARTS as readonly string[]).includes(name));
  if (unknown !== undefined) throw call.wrong(`--only ${unknown}: expected some of ${PARTS.join(', ')}.`);
  const measured = await measureTable(parts as Part[], { threads: call.count('threads') ?? availableParallelism(), rounds: call.count('rounds') ?? 2, terminal });
  return { json: { ...measured }, text: describeTable(measured) };
}

async function step(call: Call, terminal: Terminal): Promise<Outcome> {
  const device = call.choice('device', ['cpu', 'wasm', 'webgpu']) ?? 'cpu';
  const name = call.text('encoder') ?? 'minilm-l6';
  const [batch, tokens, steps] = [call.count('batch') ?? 8, call.count('tokens') ?? 64, call.count('steps') ?? 10];
  const threads = call.count('threads') ?? availableParallelism();
  const encoder = readEncoderConfig(await readJson(await openModel(name, { onProgress: (progress) => terminal.progress(progressText(progress)) }), 'config.json'));
  const longest = encoder.maxPositions - encoder.positionOffset;
  if (tokens > longest) throw call.wrong(`--tokens ${tokens}: ${name} takes at most ${longest}.`);
  const setting = { encoder: name, batch, tokens, device, steps };
  terminal.progress(`Measuring ${steps} steps of ${batch} × ${tokens} on ${device}`);
  if (device === 'cpu') {
    const engine = openNodeEngine({ device, threads });
    const times = await measureSteps({ engine }, { tagger: randomTagger(encoder), batch, tokens, most: steps });
    return outcome({ ...setting, ...times, engine: engine.name, runtime: 'onnxruntime-node' });
  }
  const { browser, ...measured } = await measureInBrowser({ encoder, batch, tokens, steps, device, threads });
  return outcome({ ...setting, ...measured, runtime: `onnxruntime-web in ${browser}` });
}

function outcome(json: Record<string, unknown> & { forwardBackwardMs: { median: number }; optimizerMs: { median: number } }): Outcome {
  const { encoder, batch, tokens, engine, forwardBackwardMs, optimizerMs } = json;
  return { json, text: `${encoder}, ${batch} × ${tokens}, ${engine}: forward and backward ${forwardBackwardMs.median.toFixed(1)} ms, optimizer ${optimizerMs.median.toFixed(1)} ms (medians)` };
}
