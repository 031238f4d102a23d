import { numbers } from './numbers.ts';

const { count, bytes, date, duration } = numbers('en');
const many = (n: number, one: string, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;

/** One digit behind the point below ten, whole numbers above. */
const figure = (value: number) => (value < 10 ? value.toFixed(1) : count(value));
const ms = (value: number) => `${figure(value)} ms`;
const between = (low: number, high: number) => (figure(low) === figure(high) ? figure(low) : `${figure(low)} to ${figure(high)}`);
const size = (encoder: string, batch: number, tokens: number) => `${encoder}, ${count(batch)} × ${count(tokens)}`;

/** Words of the Bench page. */
export const enBench = {
  title: 'How fast does this device train?',
  lead: 'Trains encoders of well-known shapes for a few steps, with random weights on random texts. No model is downloaded, none of your texts is used, and nothing is sent anywhere: the result stays on this page until you copy it.',

  what: 'Steps to measure',
  whatNote: 'Layers × width of an encoder, texts × tokens of a step. The large ones want a graphics card: a step of BERT-base can take a minute and more on a CPU.',
  encoders: { tiny: 'Tiny', minilm: 'MiniLM-L6', bert: 'BERT-base' },
  size,
  shape: (layers: number, width: number) => `${layers} × ${width}`,
  step: (batch: number, tokens: number) => `${count(batch)} × ${count(tokens)}`,
  own: 'Another size',
  encoder: 'Encoder',
  texts: 'Texts',
  tokens: 'Tokens',
  add: 'Add',
  none: 'Choose at least one size.',

  on: 'On',
  devices: { webgpu: 'GPU', 'webgpu-own': 'GPU, own shaders', 'webgpu-half': 'GPU, half precision', wasm: 'CPU' },
  deviceChoice: { both: 'GPU and CPU', webgpu: 'GPU', wasm: 'CPU' },

  go: 'Measure',
  again: 'Measure again',
  stop: 'Stop',
  stay: 'Leaving this page stops it. Work in other tabs and programs makes the figures worse.',
  busyHere: 'This tab is computing something else: see Jobs. Measuring would slow it down and give wrong figures. Wait until it is done, or stop it there.',
  busyElsewhere: 'Another tab of Tagsmith is computing. Measuring would disturb it and give wrong figures. Wait until it is done.',
  disturbed: 'Another tab of Tagsmith was computing at the same time, so these figures are worse than they need be.',

  progress: (done: number, all: number) => `${count(done)} of ${count(all)} measured`,
  now: (row: string, device: string, stage: string) => `${row} on the ${device}: ${stage}`,
  elapsed: (milliseconds: number) => duration(milliseconds),
  stages: {
    device: 'waking the device',
    weights: 'making random weights',
    session: 'placing the weights',
    'first-step': {
      webgpu: 'first step, for which the browser compiles the GPU’s programs: up to a minute',
      'webgpu-own': 'first step, for which the browser compiles the GPU’s programs: up to a minute',
      'webgpu-half': 'first step, for which the browser compiles the GPU’s programs: up to a minute',
      wasm: 'first step, for which the graph is made ready',
    },
    'warm-up': 'warming up',
    measuring: 'measuring',
  },
  steps: (n: number) => many(n, 'step'),
  waiting: 'Waits for its turn',
  stopped: 'Stopped',
  failed: 'Not measured',
  crashed: 'The part of the page that computes stopped without saying why, most likely for want of memory.',
  silent: 'No step came to an end in ten minutes.',

  result: 'Result',
  table: 'Figures by size and device',
  finding: {
    faster: (low: number, high: number) => `The GPU trains ${between(low, high)} × as fast as the CPU`,
    slower: (low: number, high: number) => `The CPU trains ${between(low, high)} × as fast as the GPU`,
    mixed: (cpu: number, gpu: number) => `It depends on the size: the CPU is up to ${figure(cpu)} × as fast, the GPU up to ${figure(gpu)} ×`,
  },
  ratio: (times: number) => (times >= 1 ? `GPU ${figure(times)} × as fast` : `CPU ${figure(1 / times)} × as fast`),
  ownRatio: (times: number) => `own shaders ${figure(times)} × as fast as ONNX Runtime’s`,
  ownSentence: (row: string, times: number) => `${row}: Tagsmith’s own shaders are ${figure(times)} × as fast as ONNX Runtime’s.`,
  halfRatio: (times: number) => `half precision ${figure(times)} × as fast as full`,
  halfSentence: (row: string, times: number) => `${row}: half precision is ${figure(times)} × as fast as full on the GPU.`,
  sentence: (row: string, times: number) => (times >= 1 ? `${row}: the GPU is ${figure(times)} × as fast as the CPU.` : `${row}: the CPU is ${figure(1 / times)} × as fast as the GPU.`),
  columns: {
    row: 'Encoder, texts × tokens',
    device: 'On',
    step: 'A step',
    pass: 'Forward + backward',
    update: 'Clip + AdamW',
    speed: 'Tokens/s',
    host: 'Host',
    first: 'First step',
    dispatches: 'Dispatches',
    sent: 'Sent',
    memory: 'Memory',
    how: 'How',
  },
  meanings: [
    ['A step', 'Forward and backward pass, gradients clipped, AdamW: the median, and from ten steps on what nine of ten stay below (p90). On a GPU, steps are queued as in a training, which looks at the loss twice a second.'],
    ['Forward + backward, Clip + AdamW', 'Each waited for by itself. On a GPU they may come to more than a step, because steps in a queue overlap.'],
    ['Host', 'Until the program has handed a whole step to a GPU that has nothing else to do. It should be well below a step.'],
    ['First step', 'With everything that is made ready once: graphs, and on a GPU its programs.'],
    ['Dispatches, Sent', 'What a step asks of the GPU: programs run, batches of commands submitted, bytes sent and read back.'],
    ['Memory', 'The peak as a training estimates it before its start; on a GPU also what its buffers came to. Of WebAssembly the browser does not say.'],
    ['How', 'Own shaders: programs that this page has made of the graph. Recorded: ONNX Runtime’s, the commands of a step recorded once and repeated; node by node: the same where the browser cannot. Several passes: the texts of a step do not fit into the memory at once, and gradients add up. Layers twice: each is computed again on the way back instead of being kept.'],
  ] as const,
  meaningsTitle: 'What the columns mean',
  ms,
  of: (steps: number) => `of ${many(steps, 'step')}`,
  p90: (value: number) => `p90 ${ms(value)}`,
  speed: (value: number) => count(value),
  count: (value: number) => count(value),
  submits: (value: number) => many(Math.round(value), 'submit'),
  bytes: (value: number) => (value < 1000 ? `${count(value)} B` : bytes(value)),
  read: (value: number) => `${value < 1000 ? `${count(value)} B` : bytes(value)} read`,
  counted: (value: number) => `counted ${bytes(value)}`,
  ways: { own: 'own shaders', recorded: 'recorded', nodeByNode: 'node by node' },
  passes: (n: number) => many(n, 'pass', 'passes'),
  recomputes: 'layers twice',
  missing: '–',

  about: {
    program: (version: string, at: number) => `Tagsmith ${version} bench, ${date(at)}`,
    gpu: (name: string, software: boolean) => `GPU: ${name}${software ? ' (a program that imitates one)' : ''}`,
    noGpu: 'GPU: none that the browser offers',
    cpu: (facts: string, isolated: boolean) => `CPU: ${facts}${isolated ? '' : '; the page is not isolated, so one thread'}`,
    browser: (name: string, platform: string) => `Browser: ${name}${platform ? ` on ${platform}` : ''}`,
    setting: (labels: number, half: boolean) => `Random weights, ${count(labels)} labels, dropout on, no padding, float32${half ? '; in half precision the encoder’s layers are float16' : ''}`,
  },
  copyMarkdown: 'Copy as text',
  copyJson: 'Copy as JSON',
  copied: 'Copied.',
  byHand: 'The browser did not let this page copy. The text is selected below: press Ctrl+C, or ⌘C on a Mac.',
  byHandLabel: 'The result as text',
  private: 'Nothing is sent: what you copy is all that leaves this page.',
};
