import { existsSync } from 'node:fs';
import path from 'node:path';

const names = ['firefox-esr', 'firefox'];
const elsewhere = ['/Applications/Firefox.app/Contents/MacOS/firefox', '/snap/bin/firefox'];

/** Path of a stock Firefox on this machine: `$TAGSMITH_FIREFOX`, or one on the PATH; undefined where there is none. */
export function findFirefox(): string | undefined {
  const given = process.env.TAGSMITH_FIREFOX;
  if (given) {
    if (!existsSync(given)) throw new Error(`TAGSMITH_FIREFOX is ${given}, where there is no file.`);
    return given;
  }
  const onPath = (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...onPath, ...elsewhere].find((candidate) => existsSync(candidate));
}
