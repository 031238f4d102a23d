import type { Manifest } from '../../../../wasm-models/artifacts/manifest.ts';
import { halfPrecision, recomputing } from '../../../../wasm-models/index.ts';
import type { Window } from '../../encode/windows.ts';
import type { Engine } from '../../engine/engine.ts';
import { countGpuWork } from '../../engine/webgpu/account.ts';
import { requestGpu } from '../../engine/webgpu/device.ts';
import { describeFailure } from '../failure.ts';
import { planMemory } from '../memory.ts';
import { encoderShapes } from './encoders.ts';
import { measureSteps, type Place } from './measure.ts';
import type { BenchEvent, BenchOrder, BenchStage, Measurement } from './protocol.ts';
import { randomTagger } from './random-tagger.ts';

/** Of each kind of figure: so many, or what comes in so many milliseconds. */
const LIMITS = { most: 30, milliseconds: 5000 };
/** Between two messages of the same stage. */
const TELL_EVERY_MS = 300;

const post = (event: BenchEvent): void => self.postMessage(event);

countGpuWork();

self.addEventListener('message', ({ data }: MessageEvent<BenchOrder>) => {
  measure(data).then(
    (measurement) => post({ type: 'measured', measurement }),
    (error: unknown) => post({ type: 'failed', ...describeFailure(error) }),
  );
});

async function measure({ row, device }: BenchOrder): Promise<Measurement> {
  const tell = stages();
  tell({ name: 'device' });
  const place = device === 'wasm' ? await onCpu() : await onGpu(device === 'webgpu-own');
  tell({ name: 'weights' });
  const full = randomTagger(encoderShapes[row.encoder]);
  const tagger = device === 'webgpu-half' ? { ...full, graphs: halfPrecision(full.graphs) } : full;
  const plan = planMemory({ graphs: tagger.graphs, engine: place.engine, windows: [windowOf(row.tokens)], batchSize: row.batch, microBatchSize: null });
  const planned = plan.recompute ? { ...tagger, graphs: recomputing(tagger.graphs) } : tagger;
  const times = await measureSteps(place, { tagger: planned, batch: row.batch, tokens: row.tokens, textsAPass: plan.microBatchSize, ...LIMITS }, tell);
  await place.engine.dispose();
  return { ...times, engine: place.engine.name, way: wayOf(place.engine, tagger.graphs.manifest), recomputes: plan.recompute, estimatedBytes: plan.bytes };
}

/** ONNX Runtime is fetched here, only the build that is used. */
async function onCpu(): Promise<Place> {
  const { openWasmEngine } = await import('../../engine/wasm.ts');
  return { engine: await openWasmEngine() };
}

async function onGpu(own: boolean): Promise<Place> {
  const gpu = await requestGpu();
  const { openWebGpuEngine } = await import('../../engine/webgpu/engine.ts');
  return { engine: await openWebGpuEngine(gpu, own ? { programs: { together: !gpu.software } } : {}), settled: () => gpu.device.queue.onSubmittedWorkDone() };
}

function wayOf(engine: Engine, manifest: Manifest): Measurement['way'] {
  if (engine.kind !== 'webgpu') return null;
  if (engine.usesPrograms?.(manifest)) return 'own';
  return 'Suspending' in WebAssembly ? 'recorded' : 'nodeByNode';
}

/** Tells of each stage once it begins, and of its progress now and then. */
function stages(): (stage: BenchStage) => void {
  let [name, told] = ['', 0];
  return (stage) => {
    const now = performance.now();
    if (stage.name === name && now - told < TELL_EVERY_MS) return;
    [name, told] = [stage.name, now];
    post({ type: 'stage', stage });
  };
}

/** All that a plan wants to know of a text. */
function windowOf(tokens: number): Window {
  return { text: 0, ids: new Int32Array(tokens), wordStarts: new Int32Array(1), firstWord: 0, ownedFrom: 0, ownedTo: 0 };
}
