import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { importFile } from '../../web/src/dataset/formats/import.ts';
import { goldOf } from '../../web/src/llm/simulated/gold.ts';
import { ensureChromium, noGpu } from '../chromium.ts';
import { importFiles } from '../e2e/page.ts';
import { SimulatedServer } from '../simulated-llm/server.ts';

/** Milliseconds that the service takes for a reply. */
const DELAY = 50;
/** With the four types of the sample 2,000 requests. */
const TEXTS = 500;
/** Requests at once of a page over HTTP/1.1. */
const AT_ONCE = 5;

/** What a job in a tab took. */
export interface TabJob {
  /** Its time over the ideal. */
  ratio: number;
  /** Milliseconds of the tasks that kept the page from drawing for over 50 ms. */
  longTasks: number[];
  /** Spend as the tab has counted it, and as the proxy has booked it: dollars. */
  counted: number;
  booked: number;
}

/** A job of 2,000 requests on the Augment page in Chromium, through the proxy over HTTP/1.1 to the simulated annotator. */
export async function measureTab(): Promise<TabJob> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-tab-'));
  const gold = readFileSync('web/public/sample/train.conll', 'utf8');
  const { documents } = await importFile('train.conll', bytesOf(gold));
  const numbered = manyTexts(gold);
  const { documents: asked } = await importFile('many.conll', bytesOf(numbered));
  const service = await SimulatedServer.start({ gold: goldOf([...asked, ...documents]), delay: DELAY });
  writeFileSync(path.join(folder, 'providers.json'), JSON.stringify({ providers: { simulated: { kind: 'compatible', url: service.url, local: true, concurrency: 100, models: { 'simulated-annotator': { input: 0.1, output: 0.4, context: 16_000, maxOutput: 4096 } } } } }));
  const port = 20_000 + (process.pid % 10_000);
  const server = spawn(process.execPath, ['proxy/main.ts'], { env: { ...process.env, PORT: String(port), TAGSMITH_PROVIDERS: path.join(folder, 'providers.json'), TAGSMITH_STORE: path.join(folder, 'books.sqlite') }, stdio: ['ignore', 'pipe', 'inherit'] });
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: noGpu });
  try {
    const link = await printed(server.stdout, /http:\/\/\S+\/open\/\S+/);
    const page = await browser.newPage({ serviceWorkers: 'block', baseURL: new URL(link).origin, viewport: { width: 1360, height: 900 } });
    page.setDefaultTimeout(120_000);
    await page.goto(link);
    await importFiles(page, [{ name: 'many.conll', content: unlabelled(numbered) }], 'Many');
    await page.evaluate(watchTasks);
    const set = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('set')!;
    await addTypes(page, ['person', 'place', 'organisation', 'event']);
    await page.goto(`#/augment?set=${set}&k=0`);
    await page.getByRole('button', { name: 'Start without a look' }).waitFor();
    await page.waitForTimeout(1500);
    await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));
    await page.getByRole('button', { name: 'Start without a look' }).click();
    const send = page.getByRole('button', { name: /^Send to / });
    await send.waitFor();
    const began = performance.now();
    await send.click();
    await page.getByText('Done · 2,000 of 2,000 answered').waitFor();
    const took = performance.now() - began;
    const longTasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
    await page.waitForTimeout(500);
    const counted = await page.evaluate(storedSpend);
    const limits = await page.evaluate(async () => (await fetch('v1/limits')).json() as Promise<{ accounts: { used: { dollars: number } }[] }>);
    return { ratio: took / (((4 * TEXTS) / AT_ONCE) * DELAY), longTasks, counted, booked: limits.accounts[0]!.used.dollars };
  } finally {
    await browser.close();
    server.kill('SIGTERM');
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
    console.log(`Load of the machine ${loadavg()[0]!.toFixed(1)}.`);
  }
}

async function addTypes(page: Page, names: readonly string[]): Promise<void> {
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: /^Annotate/ }).click();
  for (const name of names) {
    const field = page.getByLabel('Name of the new type');
    await field.or(page.getByRole('button', { name: 'Add a type' })).first().waitFor();
    if (!(await field.isVisible())) await page.getByRole('button', { name: 'Add a type' }).click();
    await field.fill(name);
    await field.press('Enter');
  }
}

/** Runs in the page. */
function watchTasks(): void {
  const longTasks: number[] = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration)))).observe({ type: 'longtask' });
  Object.assign(window, { longTasks });
}

/** Runs in the page: what its only job has paid. */
async function storedSpend(): Promise<number> {
  const result = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = () => reject(request.error ?? new Error('no result')))));
  const database = await result(indexedDB.open('tagsmith'));
  const [job] = await result<{ tally: { paid: number } }[]>(database.transaction('llmJobs').objectStore('llmJobs').getAll());
  database.close();
  return job!.tally.paid;
}

/** The sample's sentences, each with a number of its own. */
function manyTexts(conll: string): string {
  const sentences = conll.trim().split(/\n\n+/);
  return `${Array.from({ length: TEXTS }, (_, i) => `${sentences[i % sentences.length]!}\nNo.\tO\n${i}\tO`).join('\n\n')}\n`;
}

const unlabelled = (conll: string): string => conll.replaceAll(/\t\S+/g, '\tO');

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

async function printed(output: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    const found = pattern.exec(text)?.[0];
    if (found) return found;
  }
  throw new Error(`The server ended without printing its address: ${text}`);
}
