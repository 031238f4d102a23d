import { test as base } from '../e2e/page.ts';

export interface BrowserOptions {
  /** Takes JSPI away before anything runs, in the page and in its workers: what is left is what Safari offers. */
  withoutJspi: boolean;
}

/**
 * A page test in any browser. No switch of Chromium turns JSPI off any more, and no script can be put in front of a worker's; so every script that the
 * server hands out begins with taking it away. Imports run before their importer, but they begin with it as well.
 */
export const test = base.extend<BrowserOptions>({
  withoutJspi: [false, { option: true }],
  page: async ({ page, withoutJspi }, use) => {
    if (withoutJspi) {
      await page.context().route(/\.m?js(\?|$)/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `delete WebAssembly.Suspending;delete WebAssembly.promising;${await response.text()}` });
      });
    }
    await use(page);
  },
});
