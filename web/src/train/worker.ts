import { openEngine } from '../engine/web-runtime.ts';
import type { Engine } from '../engine/engine.ts';
import type { ModelFolder } from '../encode/model-folder.ts';
import { catalogueEntry } from '../models/catalogue.ts';
import { openEncoder } from '../models/tab.ts';
import { Checkpoints } from '../storage/trainings/checkpoints.ts';
import { TrainingKeeper } from '../storage/trainings/keeper.ts';
import { writeOrder } from '../storage/trainings/order.ts';
import { openTrainingFolder } from '../storage/trainings/private-files.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Control } from './control.ts';
import { describeFailure, isDeviceLost } from './failure.ts';
import type { Command, EncoderSource, ModelFiles, TrainCommand, WorkerEvent } from './protocol.ts';
import { runTraining } from './run.ts';
import { seqevalScoring } from './scoring.ts';
import { openTagger, type Tagger } from './tagger.ts';
import { Throttle } from './throttle.ts';

/**
 * The tab's side of `protocol.ts`: commands in, events out. It is where engine, models, training and scores meet. The page
 * throws the worker away after a job, because WASM memory never shrinks.
 */

const controls = new Map<string, Control>();
let opened: { tagger: Tagger; engine: Engine } | null = null;

const post = (event: WorkerEvent, transfer: Transferable[] = []): void => self.postMessage(event, { transfer });

self.addEventListener('message', ({ data: command }: MessageEvent<Command>) => {
  const job = command.job;
  switch (command.type) {
    case 'pause':
      return controls.get(job)?.pause();
    case 'resume':
      return controls.get(job)?.resume();
    case 'stop':
      return controls.get(job)?.stop();
    case 'train':
      return start(job, (control) => trainJob(command, control));
    case 'open':
      return start(job, () => openJob(command));
    case 'tag':
      return start(job, (control) => tagJob(command, control));
  }
});

function start(job: string, work: (control: Control) => Promise<void>): void {
  const control = new Control();
  controls.set(job, control);
  work(control)
    .catch((error: unknown) => post({ type: 'failed', job, ...describeFailure(error), deviceLost: isDeviceLost(error) }))
    .finally(() => controls.delete(job));
}

async function trainJob(command: TrainCommand, control: Control): Promise<void> {
  const { job, encoder, documents, recipe, device, watch } = command;
  const { keeper, checkpoint } = await openKeeper(command);
  const folder = await folderOf(encoder, (done, total, message) => post({ type: 'progress', job, stage: 'encoder', done, total, message }));
  post({ type: 'progress', job, stage: 'device', done: 0, total: 0, message: 'Asking for the device' });
  const notes: string[] = [];
  const engine = await openEngine(device, (note) => notes.push(note));
  const throttle = new Throttle((event) => post({ ...event, job }));
  try {
    const licence = 'id' in encoder ? catalogueEntry(encoder.id)?.licence : undefined;
    for await (const event of runTraining({ documents, recipe, encoder: folder, licence, engine, scoring: seqevalScoring, control, watch, notes, ...(keeper ? { keeper } : {}), checkpoint })) {
      if (event.type === 'steps') throttle.add(event);
      else {
        throttle.flush();
        post({ ...event, job }, event.type === 'trained' ? buffersOf(event.files) : []);
      }
    }
  } finally {
    await engine.dispose();
  }
}

/** Where the job leaves checkpoints, and from which one it goes on. A browser that keeps no files trains all the same. */
async function openKeeper({ job, documents, recipe, device, watch, keep }: TrainCommand): Promise<{ keeper: TrainingKeeper | null; checkpoint: Checkpoint | null }> {
  if (!keep) return { keeper: null, checkpoint: null };
  try {
    const folder = await openTrainingFolder(job);
    if (!folder) return { keeper: null, checkpoint: null };
    const checkpoints = new Checkpoints(folder);
    const checkpoint = keep.how === 'again' ? await checkpoints.read() : null;
    if (keep.how === 'new') await writeOrder(folder, { format: 1, ...keep.about, recipe, device, watch }, documents);
    return { keeper: new TrainingKeeper(checkpoints, (news) => post({ ...news, job })), checkpoint };
  } catch (error) {
    post({ type: 'unkept', job, message: `This browser does not keep the state of trainings (${error instanceof Error ? error.message : String(error)}).` });
    return { keeper: null, checkpoint: null };
  }
}

async function openJob({ job, files, device }: Extract<Command, { type: 'open' }>): Promise<void> {
  await opened?.tagger.dispose();
  await opened?.engine.dispose();
  opened = null;
  const engine = await openEngine(device);
  const tagger = await openTagger(folderOfFiles(files, 'the tagger'), engine);
  opened = { tagger, engine };
  post({ type: 'ready', job, device: { kind: engine.kind, name: engine.name }, labels: tagger.labels });
}

async function tagJob({ job, texts }: Extract<Command, { type: 'tag' }>, control: Control): Promise<void> {
  if (!opened) throw new Error('No tagger is open in this worker: send "open" before "tag".');
  const began = performance.now();
  let from = 0;
  let speed = 0;
  for await (const tagged of opened.tagger.tag(texts, control)) {
    speed = ((from + tagged.length) * 1000) / Math.max(1, performance.now() - began);
    post({ type: 'tagged', job, from, spans: tagged.map(({ spans }) => spans), textsPerSecond: speed, last: from + tagged.length === texts.length });
    from += tagged.length;
  }
  if (from < texts.length || texts.length === 0) post({ type: 'tagged', job, from, spans: [], textsPerSecond: speed, last: true });
}

async function folderOf(source: EncoderSource, onProgress: (done: number, total: number, message: string) => void): Promise<ModelFolder> {
  if ('files' in source) return folderOfFiles(source.files, source.name);
  return openEncoder(source.id, ({ done, total, message }) => onProgress(done, total, message));
}

function folderOfFiles(files: ModelFiles, name: string): ModelFolder {
  return { name, read: (file) => Promise.resolve(Object.hasOwn(files, file) ? files[file] : undefined) };
}

function buffersOf(files: ModelFiles): ArrayBuffer[] {
  const buffers = Object.values(files).map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  return [...new Set(buffers)];
}
