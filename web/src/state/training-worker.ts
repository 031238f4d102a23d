import type { Command, WorkerEvent } from '../train/protocol.ts';

export interface WorkerLine {
  send(command: Command): void;
  /** Throws the worker away: the device and all of its memory come back. */
  end(): void;
}

/**
 * Starts a worker for one job. WASM memory never shrinks and a GPU may be gone after a failure, so a worker is never used
 * for a second job.
 * @param onCrash called once when the worker dies without saying why.
 */
export function startWorker(onEvent: (event: WorkerEvent) => void, onCrash: (message: string) => void): WorkerLine {
  const worker = new Worker(new URL('../train/worker.ts', import.meta.url), { type: 'module' });
  let over = false;
  const end = () => {
    over = true;
    worker.terminate();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerEvent>) => {
    if (!over) onEvent(data);
  });
  const crash = (message: string) => {
    if (over) return;
    end();
    onCrash(message);
  };
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    crash(event.message || '');
  });
  worker.addEventListener('messageerror', () => crash(''));
  return { send: (command) => worker.postMessage(command), end };
}
