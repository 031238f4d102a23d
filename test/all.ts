import { defaultEncoder } from '../web/src/models/catalogue.ts';
import { fetchModel } from '../web/src/models/node/fetch.ts';
import { check } from './check.ts';
import { ensureChromium } from './chromium.ts';
import { printCount, sum, type Count } from './count.ts';
import { gpuSuite, pageSuite, vitestSuite } from './suites.ts';
import { ensureValkey } from './valkey.ts';

/** `npm test`, once everything is installed. The last line counts all checks of all suites. */
const counts: Count[] = [];

await fetchModel(defaultEncoder, { onProgress: ({ done, message }) => done === 0 && console.error(message) }).catch((error: Error) => {
  console.error(`${error.message}\nTests that need this encoder will say that they are skipped.\n`);
});
try {
  process.env.TAGSMITH_VALKEY = ensureValkey();
} catch (error) {
  console.error(`${(error as Error).message}\nTests of the proxy's shared store will say that they are skipped.\n`);
}
// The checks have read the imports.
counts.push(await check(), vitestSuite('unit', ['--exclude', 'test/imports.test.ts']));
try {
  process.env.TAGSMITH_CHROMIUM = ensureChromium();
  counts.push(gpuSuite(), pageSuite());
} catch (error) {
  console.error((error as Error).message);
  counts.push({ passed: 0, failed: 1, skipped: 0 });
}

const total = sum(counts);
console.log(`\n${printCount(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;
