import { mkdirSync, writeFileSync } from 'node:fs';
import { printCount } from '../count.ts';
import { vitestSuite } from '../suites.ts';
import { writtenFolder, writtenNow } from './written.ts';

/**
 * All formats at length, in some minutes: `npm run test:formats`. A thousand random data sets there and back in each, a
 * thousand spoilt files of each, every sentence of the data sets beside the project through each. `npm test` takes a part of it.
 * With `--write` only the files that test/oracle/formats.py reads are written anew.
 */
if (process.argv.includes('--write')) {
  mkdirSync(writtenFolder, { recursive: true });
  for (const { file, bytes } of await writtenNow()) writeFileSync(new URL(file, writtenFolder), bytes);
} else {
  process.env.TAGSMITH_FORMATS = 'all';
  const count = vitestSuite('formats', ['test/web/dataset/formats', ...process.argv.slice(2)]);
  console.log(`\n${printCount(count)}`);
  process.exitCode = count.failed > 0 ? 1 : 0;
}
