import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { randomStream } from '../../wasm-models/random.ts';
import { findChromium, noGpu, softwareGpu } from '../chromium.ts';
import { expect, importFiles, sentences, test } from './page.ts';
import { storedRuns } from './stored-runs.ts';

/** The browser is killed again and again: minutes, so it is a part of `npm run test:browser` alone. */
const thorough = process.env.TAGSMITH_BROWSER === 'all';
const KILLS = 20;
const LONGEST_WAIT_MS = 9000;

if (thorough) {
  for (const [device, args, settings] of [
    ['wasm', noGpu, { steps: '2500', batchSize: '16', evaluateEvery: '400' }],
    ['webgpu', softwareGpu, { steps: '120', batchSize: '4', evaluateEvery: '60' }],
  ] as const) {
    test(`a browser that is killed at ${KILLS} random moments of a training loses one interval at most: ${device}`, async ({ baseURL }) => {
      test.setTimeout(3_600_000);
      const profile = mkdtempSync(path.join(tmpdir(), 'tagsmith-kill-'));
      const random = randomStream(1, `kills ${device}`);
      const open = async (): Promise<{ context: BrowserContext; page: Page }> => {
        const context = await chromium.launchPersistentContext(profile, { executablePath: findChromium()!, args: [...args], baseURL: baseURL!, serviceWorkers: 'block' });
        const page = context.pages()[0] ?? (await context.newPage());
        return { context, page };
      };
      try {
        let { context, page } = await open();
        await importFiles(page, [{ name: 'train.conll', content: sentences(40) }, { name: 'dev.conll', content: sentences(5, 'dev') }], 'Killed');
        const set = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('set') ?? '';
        const address = `#/train?${new URLSearchParams({ ...settings, device, set, encoder: 'tiny', learningRate: '0.003', headLearningRate: '0.01', dropout: '0.1' }).toString()}`;
        await page.goto(address);
        await page.getByRole('button', { name: 'Train', exact: true }).click();

        let lost = 0;
        let from = 0;
        for (let kill = 0; kill < KILLS; kill++) {
          // A training that was gone on with shows where it stood while it is being made ready.
          await expect.poll(async () => (await stepOf(page, /^step \d/)) ?? 0, { timeout: 300_000 }).toBeGreaterThan(from);
          await page.waitForTimeout(LONGEST_WAIT_MS * random.uniform());
          if ((await storedRuns(page)).length > 0) break;
          const [safe, reached] = await Promise.all([stepOf(page, /^safe up to step/), stepOf(page, /^step \d/)]);
          killAll(profile);
          await context.close().catch(() => undefined);

          ({ context, page } = await open());
          await page.goto(address);
          expect(await storedRuns(page), 'no run before its end').toEqual([]);
          const goOn = page.getByRole('button', { name: /^Go on from step [\d,]+$/ });
          await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible();
          if (safe !== null) await expect(goOn).toBeVisible();
          else await page.waitForTimeout(1000);
          if (await goOn.isVisible()) {
            from = numberIn((await goOn.textContent())!);
            expect(from).toBeGreaterThanOrEqual(safe ?? 0);
            lost = Math.max(lost, (reached ?? from) - from);
            await goOn.click();
          } else {
            from = 0;
            await page.getByRole('button', { name: 'Train', exact: true }).click();
          }
          console.log(`${device}, kill ${kill + 1}: at step ${reached}, safe up to ${safe}, most steps lost so far ${lost}`);
        }
        await expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 900_000 });
        await page.getByRole('button', { name: 'Train again' }).click();
        await expect(page.getByRole('link', { name: 'Try it' })).toBeHidden();
        await expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 900_000 });
        const [killed, straight] = await storedRuns(page);
        expect(killed!.result.losses).toHaveLength(Number(settings.steps));
        expect(killed!.result.losses).toEqual(straight!.result.losses);
        expect(killed!.result.scores).toEqual(straight!.result.scores);
        await context.close();
      } finally {
        rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      }
    });
  }
}

/** Kills every process that was started with this profile (Linux). */
function killAll(profile: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(profile)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

async function stepOf(page: Page, text: RegExp): Promise<number | null> {
  const found = page.getByText(text);
  const words = (await found.count()) > 0 ? await found.first().textContent({ timeout: 1000 }).catch(() => null) : null;
  return words === null ? null : numberIn(words);
}

function numberIn(words: string): number {
  return Number(/\d[\d,]*/.exec(words)![0].replaceAll(',', ''));
}
