import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './page.ts';

const screenshots = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url));
export const widths = { wide: { width: 1360, height: 900 }, narrow: { width: 390, height: 844 } };

async function settled(page: Page, { isLoaded }: { isLoaded: boolean }): Promise<void> {
  if (!isLoaded) await page.waitForLoadState('networkidle');
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0, { timeout: 60_000 });
  // A chart is drawn once its library has come, and again at another width.
  await page.waitForTimeout(isLoaded ? 150 : 400);
}

/** Looks at the page in both themes and both widths: a screenshot each, `briefly` in two of the four. In these two, which are both themes and both widths, axe finds nothing; in all four by `npm run test:browser`. */
export async function inspect(page: Page, name: string, briefly = false): Promise<void> {
  let isLoaded = false;
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, viewport] of Object.entries(widths)) {
      const aside = (colorScheme === 'light') !== (width === 'wide');
      if (briefly && aside) continue;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await settled(page, { isLoaded });
      isLoaded = true;
      await page.screenshot({ path: `${screenshots}${name}-${colorScheme}-${width}.png` });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(overflow, `${name}, ${width} does not scroll sideways`).toBe(0);
      if (aside && process.env.TAGSMITH_BROWSER !== 'all') continue;
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
      expect.soft(found, `axe on ${name}, ${colorScheme}, ${width}`).toEqual([]);
    }
  }
}
