import { defineConfig } from '@playwright/test';
import { findChromium, noGpu, softwareGpu } from './chromium.ts';

const port = Number(process.env.TAGSMITH_TEST_PORT ?? 8799);
const browser = (args: string[]) => ({ browserName: 'chromium' as const, launchOptions: { executablePath: findChromium()!, args } });

/**
 * Page tests against the built app as `npm start` serves it. A test whose title holds `@webgpu` runs on the software
 * GPU, all others without WebGPU. The service worker would keep the app anew in each test: those about it allow it. With TAGSMITH_TRACE=on a trace of what failed is kept: recording slows every test down.
 */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.{test,spec}.ts',
  outputDir: '../test-results/pages',
  workers: 2,
  timeout: 120_000,
  forbidOnly: true,
  use: { baseURL: `http://localhost:${port}/`, serviceWorkers: 'block', trace: process.env.TAGSMITH_TRACE === 'on' ? 'retain-on-failure' : 'off' },
  projects: [
    // First, because it takes longest.
    { name: 'webgpu', grep: /@webgpu/, timeout: 600_000, use: browser(softwareGpu) },
    { name: 'wasm', grepInvert: /@webgpu/, use: browser(noGpu) },
  ],
  webServer: {
    command: 'node proxy/main.ts',
    cwd: '..',
    url: `http://localhost:${port}/healthz`,
    env: { PORT: String(port) },
    timeout: 300_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 2000 },
  },
});
