import type { Command, WorkerEvent } from '../train/protocol.ts';
import { lineTo, type Line } from './worker-line.ts';

export type WorkerLine = Line<Command>;

/** Opening a tagger is given up after so long. Milliseconds. */
export const OPENING_PATIENCE = 90_000;

/**
 * Starts a worker for one job. WASM memory never shrinks and a GPU may be gone after a failure, so a worker is never used
 * for a second job.
 * @param onCrash called once when the worker dies without saying why.
 */
export function startWorker(onEvent: (event: WorkerEvent) => void, onCrash: (message: string) => void): WorkerLine {
  return lineTo(new Worker(new URL('../train/worker.ts', import.meta.url), { type: 'module' }), onEvent, onCrash);
}
