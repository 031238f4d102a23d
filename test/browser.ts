import { ensureChromium } from './chromium.ts';
import { printCount, sum } from './count.ts';
import { gpuSuite, pageSuite } from './suites.ts';

/** `npm run test:browser`: what needs Chromium, with more and larger data than in `npm test`. */
process.env.TAGSMITH_BROWSER = 'all';
process.env.TAGSMITH_CHROMIUM = ensureChromium();
const count = sum([gpuSuite(), pageSuite()]);
console.log(printCount(count));
process.exitCode = count.failed > 0 ? 1 : 0;
