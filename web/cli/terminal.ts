import type { WriteStream } from 'node:tty';
import type { Terminal } from './verb.ts';

/** Progress on standard error: a line that is redrawn on a terminal; in a file or pipe a line every few seconds. */
export function openTerminal(stream: WriteStream): Terminal & { clear(): void } {
  const betweenLines = 5000;
  let shown = false;
  let last = -Infinity;
  const clear = (): void => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
  return {
    clear,
    progress(line) {
      if (stream.isTTY) {
        clear();
        stream.write(line.slice(0, stream.columns - 1));
        shown = true;
      } else if (performance.now() - last >= betweenLines) {
        last = performance.now();
        stream.write(`${line}\n`);
      }
    },
    note(line) {
      clear();
      stream.write(`${line}\n`);
    },
  };
}
