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

/** Measures in a worker of a real Chromium: the page is built as the app is, and served to it alone. */
export async function measureInBrowser(order: BrowserOrder): Promise<BrowserResult> {
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
  try {
    const hasGpu = order.device === 'wasm' || (await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter())));
    if (!hasGpu) {
      await browser.close();
      ({ browser, page } = await open([...FLAGS, SOFTWARE_GPU]));
    }
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    const measurement = await page.evaluate((value) => window.measure(value), order);
    const cpuNodes = nodePlacement(lines).get('CPUExecutionProvider') ?? [];
    return { ...measurement, browser: `Chromium ${browser.version()}`, ...(order.device === 'webgpu' ? { cpuNodes } : {}) };
  } finally {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true, force: true });
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
    build: { outDir, emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0 },
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
