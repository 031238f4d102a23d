import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { BrowserContext, Page } from '@playwright/test';
import { build, type Rolldown } from 'vite';
import type * as InPage from './in-page/store.ts';

type Modules = typeof InPage;

let built: Promise<string> | undefined;

/** The modules of `in-page/store.ts` as one script. */
function script(): Promise<string> {
  built ??= build({
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: { write: false, target: 'es2024', minify: false, lib: { entry: fileURLToPath(new URL('in-page/store.ts', import.meta.url)), formats: ['es'] }, rolldownOptions: { output: { codeSplitting: false } } },
  }).then((result) => {
    const [output] = [result].flat() as Rolldown.RolldownOutput[];
    return output!.output[0].code;
  });
  return built;
}

/** Gives the context an empty page of the app's origin, with the app's store and workspace at hand. */
export async function serveHarness(context: BrowserContext): Promise<void> {
  const code = await script();
  await context.route('**/harness/store.js', (route) => route.fulfill({ contentType: 'text/javascript', body: code }));
  await context.route('**/harness/', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Store</title>' }));
}

export async function openHarness(page: Page): Promise<void> {
  await page.goto('harness/');
}

/** Runs a function in the page with the modules of the harness. */
export async function inPage<Argument, Result>(page: Page, run: (modules: Modules, argument: Argument) => Result | Promise<Result>, argument: Argument): Promise<Result> {
  return page.evaluate(
    async ([source, value]) => {
      const modules = (await import(new URL('store.js', location.href).href)) as Modules;
      // The function is written in the test and has no closure.
      const wanted = new Function(`return (${source})`)() as (modules: Modules, argument: Argument) => Result | Promise<Result>;
      return wanted(modules, value as Argument);
    },
    [run.toString(), argument] as const,
  );
}
