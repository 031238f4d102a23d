import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { securityHeaders } from '../../proxy/policy.ts';
import { ensureChromium, noGpu, softwareGpu } from '../chromium.ts';
import type { Checks } from './page/worker.ts';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

export interface Harness {
  /** Runs a check of `page/worker.ts` in a worker of a real Chromium. */
  call<Name extends keyof Checks>(check: Name, ...argument: Parameters<Checks[Name]>): ReturnType<Checks[Name]>;
  /** Lines that the page and its workers have written to the console since the last call. */
  takeConsole(): string[];
  /** Content Security Policy reports and uncaught errors so far. */
  readonly violations: readonly string[];
  close(): Promise<void>;
}

/** Builds the page as the app is built, serves it under the app's headers, opens it in Chromium with SwiftShader as its GPU. */
export async function openHarness({ webgpu = true }: { webgpu?: boolean } = {}): Promise<Harness> {
  const outDir = await mkdtemp(join(tmpdir(), 'tagsmith-gpu-'));
  await build({
    root: fileURLToPath(new URL('page', import.meta.url)),
    base: './',
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, target: 'es2024', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = join(outDir, path === '/' ? 'index.html' : path);
    readFile(file).then(
      (content) => response.writeHead(200, { ...securityHeaders, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(content),
      () => response.writeHead(404, securityHeaders).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: webgpu ? softwareGpu : noGpu });
  const page = await browser.newPage();
  let lines: string[] = [];
  const violations: string[] = [];
  page.on('console', (message) => {
    lines.push(message.text());
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
  page.on('pageerror', (error) => violations.push(String(error)));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => 'call' in window);
  return {
    call: ((check: string, argument: unknown) => page.evaluate(([name, value]) => window.call(name as string, value), [check, argument])) as Harness['call'],
    takeConsole() {
      const taken = lines;
      lines = [];
      return taken;
    },
    violations,
    async close() {
      await browser.close();
      server.close();
      await rm(outDir, { recursive: true });
    },
  };
}
