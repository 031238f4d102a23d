import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** WebGPU on the CPU (SwiftShader): slow, but the same on every machine. */
export const softwareGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan', '--no-sandbox'];
export const noGpu = ['--disable-features=WebGPU', '--no-sandbox'];

/** Path of a Chromium on this machine: `$TAGSMITH_CHROMIUM`, one on the PATH, Playwright's own. */
export function findChromium(): string | undefined {
  const given = process.env.TAGSMITH_CHROMIUM;
  if (given) {
    if (!existsSync(given)) throw new Error(`TAGSMITH_CHROMIUM is ${given}, where there is no file.`);
    return given;
  }
  const onPath = (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...onPath, ...elsewhere, chromium.executablePath()].find((candidate) => candidate !== '' && existsSync(candidate));
}

/** Chromium, fetched by Playwright or installed by the system's packages where it is missing. */
export function ensureChromium(): string {
  const present = findChromium();
  if (present) return present;
  console.error('The tests need Chromium. Fetching it …');
  const isRoot = process.getuid?.() === 0;
  const asRoot = isRoot ? [] : ['sudo', '-n'];
  const ways: string[][][] = [
    [[process.execPath, 'node_modules/@playwright/test/cli.js', 'install', 'chromium']],
    [
      [...asRoot, 'apt-get', 'update', '-q'],
      [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium'],
    ],
  ];
  for (const way of ways) {
    const succeeded = way.every(([command, ...args]) => spawnSync(command!, args, { stdio: ['ignore', 2, 2], timeout: 600_000 }).status === 0);
    const found = succeeded ? findChromium() : undefined;
    if (found) return found;
  }
  throw new Error('Chromium could be fetched neither by Playwright nor by apt-get. Install Chromium or Chrome yourself, or set TAGSMITH_CHROMIUM to its path; then try again.');
}
