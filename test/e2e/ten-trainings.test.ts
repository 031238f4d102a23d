import { readFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

/** Memory of the tab in bytes: what its processes hold for themselves (Linux), and what is reachable of its scripts' heap. */
async function memoryOf(page: Page, browser: Browser): Promise<{ processes: number; heap: number }> {
  const client = await page.context().newCDPSession(page);
  await client.send('HeapProfiler.collectGarbage');
  await page.waitForTimeout(2000);
  await client.send('HeapProfiler.collectGarbage');
  const { usedSize: heap } = await client.send('Runtime.getHeapUsage');
  await client.detach();
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const own = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'));
  return { processes: own.reduce((sum, rollup) => sum + 1024 * Number(/^Private_Dirty:\s+(\d+) kB$/m.exec(rollup)![1]), 0), heap };
}

if (process.env.TAGSMITH_BROWSER === 'all') {
  test('after ten trainings in a row the tab holds no more memory than after one', async ({ page, browser }) => {
    test.setTimeout(1_200_000);
    await importFiles(page, [{ name: 'train.conll', content: sentences(40) }, { name: 'dev.conll', content: sentences(5, 'dev') }], 'Ten');
    await trainTiny(page, { device: 'wasm', steps: '100', batchSize: '16', learningRate: '0.003', dropout: '0.1' });
    const measured = [await memoryOf(page, browser)];
    for (let training = 2; training <= 10; training++) {
      await page.getByRole('button', { name: 'Train again' }).click();
      await expect(page.getByRole('link', { name: 'Try it' })).toBeHidden();
      await expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 120_000 });
      measured.push(await memoryOf(page, browser));
    }
    console.log(`MB after each training, processes and heap: ${measured.map(({ processes, heap }) => `${(processes / 1e6).toFixed(0)} and ${(heap / 1e6).toFixed(1)}`).join(', ')}`);
    const [first, last] = [measured[0]!, measured.at(-1)!];
    expect(last.heap - first.heap, 'what the ten runs themselves tell, losses and predictions, is kept').toBeLessThan(5e6);
    expect(last.processes).toBeLessThan(1.25 * first.processes);
  });
}
