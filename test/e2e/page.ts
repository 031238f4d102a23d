import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';

/**
 * A page that fails its test on anything the browser complains about (errors on the console, exceptions, reports of the
 * content security policy), and on any request, of its workers too, to another host than its own, but for those that the
 * test adds to `otherHosts`.
 */
export const test = base.extend<{ complaints: string[]; expected: RegExp | null; otherHosts: Set<string> }>({
  otherHosts: [
    async ({ context, baseURL }, use) => {
      const asked = new Set<string>();
      context.on('request', (request) => {
        const { protocol, host } = new URL(request.url());
        if (/^(?:https?|wss?):$/.test(protocol)) asked.add(host);
      });
      const allowed = new Set([new URL(baseURL!).host]);
      await use(allowed);
      expect([...asked].filter((host) => !allowed.has(host)), 'hosts that were asked, and not by the visitor').toEqual([]);
    },
    { auto: true },
  ],
  /** Complaints that belong to what is tested, such as a server that is away. */
  expected: [null, { option: true }],
  complaints: [
    async ({ page, expected }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`);
      });
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} blocked ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`));
      });
      await use(complaints);
      expect(complaints.filter((complaint) => !expected?.test(complaint)), 'the browser has nothing to complain about').toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

const sample = (split: string) => readFileSync(fileURLToPath(new URL(`../../web/public/sample/${split}.conll`, import.meta.url)), 'utf8');

/** The first sentences of the sample's training split that hold an entity, as CoNLL. */
export function sentences(count: number, split = 'train'): string {
  const withEntities = sample(split).split(/\n\n+/).filter((sentence) => sentence.includes('\tB-'));
  return `${withEntities.slice(0, count).join('\n\n')}\n`;
}

export interface TestFile {
  name: string;
  content: string;
}

/** Brings files into a new workspace through the import of the data page. */
export async function importFiles(page: Page, files: readonly TestFile[], name: string): Promise<void> {
  await page.goto('#/data?import=new');
  await page.locator('input[type=file]').setInputFiles(files.map((file) => ({ name: file.name, mimeType: 'text/plain', buffer: Buffer.from(file.content) })));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: /^Import \d/ }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** Trains the tiny encoder with settings given as in the link of the train page, and waits for the end. */
export async function trainTiny(page: Page, settings: Record<string, string>): Promise<void> {
  const { hash } = new URL(page.url());
  const set = new URLSearchParams(hash.split('?')[1]).get('set') ?? '';
  await page.goto(`#/train?${new URLSearchParams({ set, encoder: 'tiny', ...settings }).toString()}`);
  await page.getByRole('button', { name: /^Train/ }).click();
  await expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 500_000 });
}
