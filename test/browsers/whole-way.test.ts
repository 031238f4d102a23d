import { readFile } from 'node:fs/promises';
import type { Page, Worker } from '@playwright/test';
import { unzipSync } from 'fflate';
import { expect, importFiles, sentences, trainTiny } from '../e2e/page.ts';
import { test } from './browser-test.ts';

/** Few steps on the software GPU, which takes seconds for one. */
for (const { device, texts, steps } of [
  { device: 'wasm', texts: 40, steps: 100 },
  { device: 'webgpu', texts: 4, steps: 5 },
]) {
  test(`import, train, evaluate, try, reload, export: on ${device}${device === 'webgpu' ? ' @webgpu' : ''}`, async ({ page, withoutJspi }) => {
    await page.goto('');
    if (withoutJspi) expect(await inPage(page)).toBe('undefined');
    const inWorkers: Promise<string>[] = [];
    if (withoutJspi) page.on('worker', (worker) => /\/worker-[^/]*$/.test(worker.url()) && inWorkers.push(inWorker(worker)));
    expect(await page.evaluate(() => crossOriginIsolated), 'WASM may have threads').toBe(true);
    await importFiles(page, [{ name: 'train.conll', content: sentences(texts) }, { name: 'test.conll', content: sentences(4, 'test') }], 'Lantern Coast');
    await look(page, 'data');

    const runtime = page.waitForResponse(/\/ort-wasm-simd-threaded[^/]*\.wasm$/);
    await trainTiny(page, { device, steps: String(steps), learningRate: '0.003', headLearningRate: '0.01', dropout: '0', batchSize: '8' });
    expect(new URL((await runtime).url()).pathname, 'the build of ONNX Runtime for this browser').toMatch(device === 'webgpu' ? /\.asyncify-/ : /threaded-[^.]+\.wasm$/);
    if (withoutJspi) expect(new Set(await Promise.all(inWorkers)), 'nor have its workers').toEqual(new Set(['undefined']));
    await look(page, 'train');
    await page.getByRole('link', { name: 'See where it goes wrong' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Evaluate' })).toBeVisible();
    await look(page, 'evaluate');

    await page.getByRole('link', { name: 'Try it on a sentence' }).click();
    await page.getByRole('textbox', { name: 'Your text' }).fill('On Monday Mara Lindqvist told the Harbour Council that the Lantern Fair would return to Old Quay .');
    const found = page.getByRole('region', { name: 'What it finds' });
    await expect(found.getByRole('status')).not.toBeEmpty({ timeout: 120_000 });
    const words = (await found.getByRole('status').textContent())!.replace(/ in .*/, '');
    await page.reload();
    await expect(found.getByRole('status')).not.toBeEmpty({ timeout: 120_000 });
    await expect(found.getByRole('status'), 'the same names after a reload').toContainText(words);
    await look(page, 'try');

    await page.getByRole('link', { name: /^Export/ }).click();
    await page.getByRole('button', { name: 'Make the archive' }).click();
    const made = page.getByRole('region', { name: 'The archive is ready' });
    await expect(made).toContainText(/gives all \d+ words of \d+ texts? the tags that the tagger gives/, { timeout: 120_000 });
    await look(page, 'export');
    const download = page.waitForEvent('download');
    await made.getByRole('button', { name: /^Save \(/ }).click();
    const files = unzipSync(await readFile(await (await download).path()));
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json', 'onnx/model.onnx']));
  });
}

const look = (page: Page, name: string) => page.screenshot({ path: `test-results/screenshots/${test.info().project.name.replace(/\W+/g, '-')}-${name}.png` });

/** The type of what only JSPI has: in the page, and in a worker once its script has begun. */
const inPage = (page: Page) => page.evaluate(() => typeof (WebAssembly as { Suspending?: unknown }).Suspending);
const inWorker = (worker: Worker) =>
  worker.evaluate(async () => {
    const kind = () => typeof (WebAssembly as { Suspending?: unknown }).Suspending;
    for (let looks = 0; looks < 50 && kind() !== 'undefined'; looks++) await new Promise((resolve) => setTimeout(resolve, 20));
    return kind();
  });
