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

const thorough = process.env.TAGSMITH_BROWSER === 'all';
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Rules whose verdict another theme or another width can change; the others read the same elements again. */
const ofLook = ['color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable', 'css-orientation-lock', 'region', 'page-has-heading-one'];

/**
 * Looks at the page in light on a wide screen and in dark on a narrow one: a screenshot each, nothing to scroll sideways, and axe finds nothing, in the
 * second look by those rules that a look can change. All rules in both themes and both widths each by `npm run test:browser`.
 */
export async function inspect(page: Page, name: string): Promise<void> {
  let isLoaded = false;
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, viewport] of Object.entries(widths)) {
      if (!thorough && (colorScheme === 'light') !== (width === 'wide')) continue;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await settled(page, { isLoaded });
      await page.screenshot({ path: `${screenshots}${name}-${colorScheme}-${width}.png` });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(overflow, `${name}, ${width} does not scroll sideways`).toBe(0);
      // The rules are the same in every browser; Firefox's remote control falls over axe's script on pages with entities.
      if (page.context().browser()?.browserType().name() === 'firefox') continue;
      const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
      const { violations } = await (isLoaded && !thorough ? axe.withRules(ofLook) : axe.withTags(standards)).analyze();
      isLoaded = true;
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
      expect.soft(found, `axe on ${name}, ${colorScheme}, ${width}`).toEqual([]);
    }
  }
}
