import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { findChromium, noGpu, softwareGpu } from '../chromium.ts';
import pages from '../playwright.config.ts';
import type { BrowserOptions } from './browser-test.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const withoutJspi = (args: string[]) => ({ withoutJspi: true, browserName: 'chromium' as const, launchOptions: { executablePath: findChromium()!, args } });

/** Page tests that Firefox takes as well. The others say nothing that depends on the browser, or look into Chromium from outside. */
const inFirefox = ['annotate', 'browser', 'import', 'recovery', 'storage', 'train-and-try', 'wipe'];
/** Those need DevTools of Chromium, an address before the first page, or a finger, whose taps end in no click when they come through BiDi. */
const ofChromium = /@webgpu|storage is full|data of a newer version|a finger taps/;

/**
 * The pages in other browsers than the one that `npm test` uses. Firefox takes the page tests too. Safari cannot be had here; what it lacks, JSPI, is
 * taken from Chromium instead.
 */
export default defineConfig<BrowserOptions>({
  testMatch: '**/*.test.ts',
  outputDir: '../../test-results/browsers',
  workers: 1,
  timeout: 300_000,
  forbidOnly: true,
  use: { ...pages.use! },
  projects: [
    {
      name: 'firefox',
      testDir: '..',
      testMatch: ['browsers/*.test.ts', ...inFirefox.map((name) => `e2e/${name}.test.ts`)],
      grepInvert: ofChromium,
      use: { browserName: 'firefox', channel: 'moz-firefox', launchOptions: { executablePath: here('firefox.mjs') } },
    },
    { name: 'without-jspi', testDir: '.', grepInvert: /@webgpu/, use: withoutJspi(noGpu) },
    { name: 'without-jspi, webgpu', testDir: '.', grep: /@webgpu/, timeout: 600_000, use: withoutJspi(softwareGpu) },
  ],
  webServer: { ...(pages.webServer as { url: string }), command: 'node proxy/main.ts', cwd: '../..' },
});
