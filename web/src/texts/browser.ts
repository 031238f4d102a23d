import { enBrowser } from './en-browser.ts';

/** Words of the page on what a browser can do. They are apart from the others, so that they come with the page. */
export type BrowserTexts = typeof enBrowser;

export const browserText: BrowserTexts = enBrowser;
