import { afterAll, beforeAll, expect } from 'vitest';
import { openHarness, type Harness } from './browser.ts';

/** One page for all tests of a file: opened before the first, closed after the last, which fails where anything was violated on the way. */
export function sharedPage(): Pick<Harness, 'call' | 'takeConsole'> {
  let page: Harness;
  beforeAll(async () => {
    page = await openHarness();
  });
  afterAll(async () => {
    expect(page.violations).toEqual([]);
    await page.close();
  });
  return { call: (...order) => page.call(...order), takeConsole: () => page.takeConsole() };
}
