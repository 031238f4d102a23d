import type { WriteStream } from 'node:tty';

/** One line that is drawn over; where the output is no terminal, a new line every few seconds, and for every other kind of progress. */
export function progressLine(stream: WriteStream): { show(text: string): void; clear(): void } {
  const betweenLinesMs = 5000;
  let last = '';
  let lastMs = -Infinity;
  return {
    show(text) {
      const kind = text.replace(/[\d.,]+/g, '');
      if (stream.isTTY) stream.write(`\r\u001b[K${text.slice(0, stream.columns - 1)}`);
      else if (kind !== last || performance.now() - lastMs > betweenLinesMs) {
        stream.write(`${text}\n`);
        lastMs = performance.now();
      }
      last = kind;
    },
    clear() {
      if (stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}
