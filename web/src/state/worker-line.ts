/** A worker that does one job. */
export interface Line<Command> {
  send(command: Command): void;
  /** Throws the worker away: the device and all of its memory come back. */
  end(): void;
}

/**
 * Listens to a worker that was just made.
 * @param onCrash called once when the worker dies without saying why
 */
export function lineTo<Command, Event>(worker: Worker, onEvent: (event: Event) => void, onCrash: (message: string) => void): Line<Command> {
  let over = false;
  const end = () => {
    over = true;
    worker.terminate();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Event>) => {
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
