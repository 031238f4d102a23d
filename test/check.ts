import { spawn } from 'node:child_process';
import type { Count } from './count.ts';

/** What `npm run check` runs: everything that reads the code without running it. */
const checks: { name: string; command: string[] }[] = [
  // It reads every file of the project, so a run of the TypeScript compiler beside it would find nothing more.
  { name: 'types', command: ['svelte-check', '--tsconfig', './tsconfig.json', '--threshold', 'error', '--output', 'human'] },
  { name: 'lint', command: ['eslint', '--config', 'test/eslint.config.js', '--max-warnings', '0', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'imports', command: ['vitest', 'run', 'test/imports.test.ts', '--reporter=dot'] },
];

/** Runs them side by side and prints what they find. */
export async function check(): Promise<Count> {
  const passed = await Promise.all(
    checks.map(async ({ name, command }) => {
      const started = performance.now();
      const { status, output } = await run(command);
      console.log(`${status === 0 ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)${status === 0 ? '' : `\n${output}`}`);
      return status === 0;
    }),
  );
  return { passed: passed.filter(Boolean).length, failed: passed.filter((fine) => !fine).length, skipped: 0 };
}

function run([command, ...args]: string[]): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(`node_modules/.bin/${command}`, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
    child.on('error', (error) => resolve({ status: null, output: error.message }));
    child.on('close', (status) => resolve({ status, output: Buffer.concat(said).toString() }));
  });
}

if (import.meta.main) process.exitCode = (await check()).failed > 0 ? 1 : 0;
