import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { playwrightCount, vitestCount, type Count } from './count.ts';

const reports = path.resolve('test-results');

function run(program: string, args: string[], env: Record<string, string> = {}): number | null {
  return spawnSync(process.execPath, [program, ...args], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }).status;
}

function freshReport(name: string): string {
  mkdirSync(reports, { recursive: true });
  const report = path.join(reports, `${name}.json`);
  rmSync(report, { force: true });
  return report;
}

/** Tests with Vitest: those of vite.config.ts, or of another configuration. */
export function vitestSuite(name: string, args: string[] = []): Count {
  const report = freshReport(name);
  const status = run('node_modules/vitest/vitest.mjs', ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  return vitestCount(report, status);
}

/** Tests of the pages, in Chromium. */
export function pageSuite(): Count {
  return playwrightSuite('pages', 'test/playwright.config.ts');
}

/** Tests of the pages in other browsers: projects of test/browsers/playwright.config.ts. */
export function browserSuite(projects: readonly string[]): Count {
  return playwrightSuite('browsers', 'test/browsers/playwright.config.ts', projects.map((name) => `--project=${name}`));
}

function playwrightSuite(name: string, config: string, args: readonly string[] = []): Count {
  const report = freshReport(name);
  const status = run('node_modules/@playwright/test/cli.js', ['test', '--config', config, ...args, '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  return playwrightCount(report, status);
}

export function gpuSuite(): Count {
  return vitestSuite('gpu', ['--config', 'test/gpu/vitest.config.ts']);
}
