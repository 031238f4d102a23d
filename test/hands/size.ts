import type { Browser, Page } from '@playwright/test';
import { fork } from '../../web/src/dataset/random.ts';
import { sentences } from '../e2e/page.ts';

type Expect = (fact: string, holds: boolean) => void;

const TEXTS = 50_000;
const LONG_WORDS = 3000;

const quantile = (values: readonly number[], share: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
const ms = (value: number): string => `${Math.round(value)} ms`;

/** The sample's sentences in seeded pairs, each text with a number of its own; the first text has 3,000 words. */
function manyTexts(): string {
  const parts = sentences(1000).trim().split(/\n\n+/);
  const random = fork(1, 'many texts');
  let words = 0;
  const long: string[] = [];
  while (words < LONG_WORDS) {
    const part = parts[random.integer(parts.length)]!;
    long.push(part);
    words += part.split('\n').length;
  }
  const others = Array.from({ length: TEXTS - 1 }, (_, i) => `${parts[random.integer(parts.length)]!}\nNo.\tO\n${i}\tO`);
  return `${[long.join('\n'), ...others].join('\n\n')}\n`;
}

/** Times from a key press to the frame that shows it, of the keys pressed meanwhile. */
async function watchKeys(page: Page): Promise<void> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { keyTimes: times });
    addEventListener(
      'keydown',
      ({ timeStamp }) =>
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          // A message sent in a frame is heard after it was painted.
          port1.onmessage = () => times.push(performance.now() - timeStamp);
          port2.postMessage(0);
        }),
      true,
    );
  });
}
const keyTimes = (page: Page): Promise<number[]> => page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes.splice(0));

/** As fast as a held key repeats: some thirty a second. */
async function pressAtRepeatRate(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  await page.waitForTimeout(33);
}

export async function measureSize(browser: Browser, url: string, expect: Expect): Promise<void> {
  const page = await browser.newPage({ serviceWorkers: 'block', baseURL: url, viewport: { width: 1360, height: 900 } });
  page.setDefaultTimeout(120_000);
  const began = performance.now();
  await page.goto('#/data?import=new');
  await page.locator('input[type=file]').setInputFiles({ name: 'many.conll', mimeType: 'text/plain', buffer: Buffer.from(manyTexts()) });
  await page.getByRole('dialog').getByLabel('Name').fill('Many');
  await page.getByRole('button', { name: /^Import \d/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Many' }).waitFor();
  console.log(`Imported ${TEXTS} texts through the page in ${ms(performance.now() - began)}.`);

  const { hash } = new URL(page.url());
  const set = new URLSearchParams(hash.split('?')[1]).get('set')!;
  const opened: number[] = [];
  for (let i = 0; i < 5; i++) {
    await page.goto('about:blank');
    const start = performance.now();
    await page.goto(`#/annotate?set=${set}`);
    await page.locator('[role=application] [data-at]').first().waitFor();
    opened.push(performance.now() - start);
  }
  expect(`a data set of ${TEXTS} texts opens in ${ms(quantile(opened, 0.5))} (median of 5, page load included; bar 2000 ms)`, quantile(opened, 0.5) <= 2000);

  await watchKeys(page);
  await page.getByRole('application').focus();
  // Moving, extending, labelling, growing, undoing: all over the long text.
  const round = ['n', '1', 'ArrowRight', 'Shift+ArrowRight', '2', '.', ',', 'ArrowDown', 'ArrowLeft', 'Delete', 'u', 'n', '3', 'ArrowDown', 'ArrowRight'];
  for (let i = 0; i < 20; i++) for (const key of round) await pressAtRepeatRate(page, key);
  const times = await keyTimes(page);
  expect(`key to paint in a text of ${LONG_WORDS} words: median ${ms(quantile(times, 0.5))}, 95th percentile ${ms(quantile(times, 0.95))}, longest ${ms(Math.max(...times))} of ${times.length} keys (bar 50 ms at the 95th)`, quantile(times, 0.95) <= 50);
  for (let i = 0; i < 50; i++) await pressAtRepeatRate(page, 'Space');
  const turned = await keyTimes(page);
  console.log(`Next text: median ${ms(quantile(turned, 0.5))}, 95th percentile ${ms(quantile(turned, 0.95))}.`);

  await labelAll(page, expect);
  await scroll(page, set, expect);
  await page.close();
}

/** `No.` stands in every text but the first: one key labels it everywhere, one takes that back. */
async function labelAll(page: Page, expect: Expect): Promise<void> {
  const timed = async (key: string, seen: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await page.keyboard.press(key);
    await seen();
    await page.locator('[data-saved=true]').waitFor({ state: 'attached' });
    return performance.now() - start;
  };
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('1');
  await page.locator('[data-saved=true]').waitFor({ state: 'attached' });
  const all = await timed('m', () => page.getByText(new RegExp(`in 49,99\\d places`)).first().waitFor());
  expect(`label-all over ${TEXTS} texts, written: ${ms(all)} (bar 3000 ms)`, all <= 3000);
  const undone = await timed('u', () => page.getByText(/^Undone: /).first().waitFor({ state: 'attached' }));
  expect(`its undo, written: ${ms(undone)} (bar 3000 ms)`, undone <= 3000);
}

/** Turns the wheel over the list of texts, at 300 pixels a frame about ten times as fast as one reads, and looks in every frame whether there is text wherever there should be. */
async function scroll(page: Page, set: string, expect: Expect): Promise<void> {
  await page.goto(`#/data?set=${set}`);
  await page.locator('article').first().waitFor();
  await page.mouse.move(600, 500);
  await page.evaluate(() => {
    const found = { frames: 0, gaps: 0, stop: false };
    const look = (): void => {
      found.frames++;
      const boxes = [...document.querySelectorAll('article')].map((article) => article.getBoundingClientRect());
      const covered = [300, 450, 600, 750].every((y) => boxes.some(({ top, bottom }) => top <= y && y <= bottom));
      if (scrollY > 800 && !covered) found.gaps++;
      if (!found.stop) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    Object.assign(window, { scrolling: found });

  });
  for (let i = 0; i < 120; i++) {
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(16);
  }
  const { frames, gaps: empty } = await page.evaluate(() => Object.assign((window as unknown as { scrolling: { frames: number; gaps: number; stop: boolean } }).scrolling, { stop: true }));
  expect(`scrolling the list: ${empty} of ${frames} frames had a gap`, empty === 0);
}
