import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { nodePlacement } from '../../src/engine/placement.ts';
import { FailedRun } from '../verb.ts';
import type { RaceOrder, RaceResult } from './page/race-worker.ts';
import type { BrowserMeasurement, BrowserOrder } from './page/worker.ts';

/** Threads in WASM need an isolated page. */
const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const FLAGS = ['--no-sandbox', '--enable-unsafe-webgpu', '--enable-features=Vulkan'];
/** A GPU that is a program, for machines without one: its name is in the result. */
const SOFTWARE_GPU = '--use-webgpu-adapter=swiftshader';

export interface BrowserResult extends BrowserMeasurement {
  /** "Chromium 156.0.…". */
  browser: string;
  /** Operators of the training graph that ran on the CPU. */
  cpuNodes?: string[];
}

/** A page of a real Chromium that measures: built as the app is, and served to it alone. */
export interface BenchPage {
  /** "Chromium 156.0.…". */
  browser: string;
  /** "Apple M2"; null where it was not asked for one. */
  gpu: string | null;
  /** Whether that GPU is a program. */
  softwareGpu: boolean;
  measure(order: BrowserOrder): Promise<BrowserResult>;
  race(order: RaceOrder): Promise<RaceResult>;
  close(): Promise<void>;
}

/** `gpu`: whether WebGPU will be asked for; where there is no GPU, Chromium's software stands in. */
export async function openBenchPage({ gpu }: { gpu: boolean }): Promise<BenchPage> {
  const { chromium } = await import('@playwright/test').catch(() => {
    throw new FailedRun('Chromium is driven by @playwright/test, which is not installed. Run npm install.');
  });
  const onPath = (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  const executablePath = [process.env.TAGSMITH_CHROMIUM, ...onPath, chromium.executablePath()].find((place) => place && existsSync(place));
  if (!executablePath) throw new FailedRun('There is no Chromium on this machine. Install one (npx playwright install chromium), or set TAGSMITH_CHROMIUM to its path.');
  const folder = await buildPage();
  const server = await serve(folder);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const open = async (args: string[]): Promise<{ browser: Browser; page: Page }> => {
    const browser = await chromium.launch({ executablePath, args });
    const page = await browser.newPage();
    await page.goto(address);
    await page.waitForFunction(() => 'measure' in window);
    return { browser, page };
  };
  let { browser, page } = await open(FLAGS);
  const hasGpu = gpu && (await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter())));
  if (gpu && !hasGpu) {
    await browser.close();
    ({ browser, page } = await open([...FLAGS, SOFTWARE_GPU]));
  }
  const adapter = gpu ? await page.evaluate(() => window.describeGpu()) : null;
  let lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  const name = `Chromium ${browser.version()}`;
  return {
    browser: name,
    gpu: adapter?.name ?? null,
    softwareGpu: adapter?.software ?? false,
    async measure(order) {
      lines = [];
      const measurement = await page.evaluate((value) => window.measure(value), order);
      const cpuNodes = nodePlacement(lines).get('CPUExecutionProvider') ?? [];
      return { ...measurement, browser: name, ...(order.device === 'webgpu' ? { cpuNodes } : {}) };
    },
    race: (order) => page.evaluate((value) => window.race(value), order),
    async close() {
      await browser.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a page for one measurement. */
export async function measureInBrowser(order: BrowserOrder): Promise<BrowserResult> {
  const page = await openBenchPage({ gpu: order.device === 'webgpu' });
  try {
    return await page.measure(order);
  } finally {
    await page.close();
  }
}

async function buildPage(): Promise<string> {
  const { build } = await import('vite');
  const outDir = await mkdtemp(path.join(tmpdir(), 'tagsmith-bench-'));
  await build({
    root: fileURLToPath(new URL('page', import.meta.url)),
    base: './',
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    // TensorFlow.js gives its threads the text of a function, which may name nothing outside of itself: a minifier's helpers would be.
    build: { outDir, emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0, minify: false },
  });
  return outDir;
}

function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = path.join(folder, path.normalize(pathname === '/' ? '/index.html' : pathname));
    readFile(file).then(
      (content) => response.writeHead(200, { ...HEADERS, 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' }).end(content),
      () => response.writeHead(404, HEADERS).end(),
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
