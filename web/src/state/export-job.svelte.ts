import type { ExportCommand, ExportEvent, ExportStage } from '../export/protocol.ts';
import type { Failure } from './training-job.svelte.ts';
import { lineTo, type Line } from './worker-line.ts';

type Done = Extract<ExportEvent, { type: 'exported' | 'imported' | 'pushed' | 'exists' }>;

/** One archive that is made, read or pushed beside the page. */
export class ExportJob {
  status = $state<'idle' | 'working' | 'done' | 'failed'>('idle');
  stage = $state<ExportStage | null>(null);
  /** How much of the files is at the hub, 0 to 1. */
  sent = $state(0);
  failure = $state.raw<Failure | null>(null);
  #line: Line<ExportCommand> | null = null;

  /** Gives what came of it; null where it failed or was stopped. */
  run(command: ExportCommand): Promise<Done | null> {
    this.stop();
    this.status = 'working';
    this.sent = 0;
    this.failure = null;
    return new Promise((resolve) => {
      const end = (status: 'done' | 'failed', failure: Failure | null, result: Done | null): void => {
        this.#line?.end();
        this.#line = null;
        this.#cancel = null;
        this.status = status;
        this.failure = failure;
        resolve(result);
      };
      this.#cancel = () => resolve(null);
      const worker = new Worker(new URL('../export/worker.ts', import.meta.url), { type: 'module' });
      this.#line = lineTo<ExportCommand, ExportEvent>(
        worker,
        (event) => {
          if (event.type === 'stage') this.stage = event.stage;
          else if (event.type === 'sent') this.sent = event.share;
          else if (event.type === 'failed') end('failed', event, null);
          else end('done', null, event);
        },
        (message) => end('failed', { message, advice: '' }, null),
      );
      this.#line.send(command);
    });
  }

  stop(): void {
    this.#line?.end();
    this.#line = null;
    this.#cancel?.();
    this.#cancel = null;
    this.status = 'idle';
  }

  #cancel: (() => void) | null = null;
}
