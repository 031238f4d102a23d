import { ensureChromium } from '../chromium.ts';
import { printCount, sum, type Count } from '../count.ts';
import { browserSuite } from '../suites.ts';
import { findFirefox } from './find-firefox.ts';

/**
 * `npm run test:browsers`: the pages in a stock Firefox, and in Chromium without JSPI, which is what Safari offers. Names of either as arguments choose
 * one: `npm run test:browsers -- firefox`. A browser that is missing counts as a failure.
 */
const browsers = { firefox: ['firefox'], 'without-jspi': ['without-jspi', 'without-jspi, webgpu'] };
const names = Object.keys(browsers) as (keyof typeof browsers)[];
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name as never));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')} here. Choose of ${names.join(', ')}, or name none for all.`);
  process.exit(2);
}

const counts: Count[] = [];
const projects = names.filter((name) => chosen.length === 0 || chosen.includes(name)).flatMap((name) => {
  if (name !== 'firefox') return browsers[name];
  const found = findFirefox();
  if (found) process.env.TAGSMITH_FIREFOX = found;
  else {
    console.error('There is no Firefox here, so nothing is said of it. Install it (Debian: apt-get install firefox-esr; Ubuntu, Fedora: the package firefox), or set TAGSMITH_FIREFOX to its path; then try again.');
    counts.push({ passed: 0, failed: 1, skipped: 0 });
  }
  return found ? browsers[name] : [];
});
process.env.TAGSMITH_CHROMIUM = ensureChromium();
if (projects.length > 0) counts.push(browserSuite(projects));
const count = sum(counts);
console.log(printCount(count));
process.exitCode = count.failed > 0 ? 1 : 0;
