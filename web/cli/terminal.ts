import type { WriteStream } from 'node:tty';
import { progressLine } from '../src/models/node/progress-line.ts';
import type { Terminal } from './verb.ts';

/** Progress on standard error: a line that is redrawn on a terminal; in a file or pipe a line every few seconds. */
export function openTerminal(stream: WriteStream): Terminal & { clear(): void } {
  const { show, clear } = progressLine(stream);
  return {
    clear,
    progress: show,
    note(line) {
      clear();
      stream.write(`${line}\n`);
    },
  };
}
