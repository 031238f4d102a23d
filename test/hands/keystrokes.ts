import type { Browser, Page } from '@playwright/test';
import { begin } from '../../web/src/annotate/session.ts';
import type { Document } from '../../web/src/dataset/document.ts';
import { wordsOf } from '../../web/src/dataset/formats/hold.ts';
import { writers } from '../../web/src/dataset/formats/writers.ts';
import { importFiles } from '../e2e/page.ts';
import { counted, Hand, single, type Presses } from './hand.ts';
import { storedDocuments } from './stored.ts';

type Expect = (fact: string, holds: boolean) => void;
const spansOf = ({ spans }: Document): string => JSON.stringify(spans.map(({ start, end, type }) => `${start} ${end} ${type}`).sort());

/** Finds the shortest ways, then presses the same keys in the page, and looks whether its store holds the wanted labels. */
export async function measureHands(browser: Browser, url: string, documents: readonly Document[], suggested: readonly Document[], expect: Expect): Promise<void> {
  const without = documents.map((document): Document => ({ ...document, spans: [] }));
  await annotate(browser, url, documents, without, 'without suggestions', 4, expect);
  const found = suggested.flatMap(({ suggestions = [] }) => suggestions).length;
  const right = suggested.reduce((sum, { suggestions = [] }, i) => sum + suggestions.filter((suggestion) => documents[i]!.spans.some((span) => span.start === suggestion.start && span.end === suggestion.end && span.type === suggestion.type)).length, 0);
  const total = documents.reduce((sum, { spans }) => sum + spans.length, 0);
  console.log(`The tagger's suggestions have F1 ${((2 * right) / (found + total)).toFixed(3)} (${right} right of ${found}, ${total} wanted).`);
  await annotate(browser, url, documents, suggested, 'with suggestions', 2, expect);
}

async function annotate(browser: Browser, url: string, wanted: readonly Document[], begun: readonly Document[], name: string, bar: number, expect: Expect): Promise<void> {
  const spans = wanted.reduce((sum, document) => sum + document.spans.length, 0);
  const page = await browser.newPage({ serviceWorkers: 'block', baseURL: url });
  let presses: Presses[];
  try {
    const hand = new Hand(await open(page, name, begun, [...new Set(wanted.flatMap((document) => document.spans.map(({ type }) => type)))]));
    presses = begun.map((document, i) => hand.annotate(begin(document, wordsOf(document)), wanted[i]!.spans).presses);
    for (const { keys } of presses) {
      for (const { key, times } of keys) for (let i = 0; i < times; i++) await page.keyboard.press(key);
      await page.keyboard.press('Space');
    }
    await page.locator('[data-saved=true]').waitFor({ state: 'attached' });
    const stored = await storedDocuments(page, name);
    expect(`${name}: the keys make the ${spans} wanted labels`, stored.length === wanted.length && stored.every((document, i) => spansOf(document) === spansOf(wanted[i]!)));
  } finally {
    await page.close();
  }
  // And Space after each text.
  const keys = presses.reduce((sum, all) => sum + counted(all) + 1, 0);
  const all = presses.reduce((sum, each) => sum + single(each) + 1, 0);
  expect(`${name}: ${(keys / spans).toFixed(2)} keystrokes an entity, next text included (bar ${bar.toFixed(1)}; counting each press of a held key: ${(all / spans).toFixed(2)})`, keys / spans <= bar);
}

/** Brings the texts in and opens the annotator; gives the types in the order of their keys. */
async function open(page: Page, name: string, documents: readonly Document[], types: readonly string[]): Promise<string[]> {
  const writer = await writers.jsonl!();
  const layers = [{ id: 'tagger', name: 'tagger', source: 'model' as const, created: 0 }];
  let content = '';
  for await (const part of writer.write({ name, language: 'en', types: [], layers, documents })) content += typeof part === 'string' ? part : new TextDecoder().decode(part);
  await importFiles(page, [{ name: 'texts.jsonl', content }], name);
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: /^Annotate/ }).click();
  await page.getByRole('application').waitFor();
  const buttons = page.getByRole('group', { name: 'Types' }).locator('.name');
  for (const type of types) {
    if ((await buttons.allTextContents()).includes(type)) continue;
    const field = page.getByLabel('Name of the new type');
    if (!(await field.isVisible())) await page.getByRole('button', { name: 'Add a type' }).click();
    await field.fill(type);
    await field.press('Enter');
    await buttons.getByText(type, { exact: true }).waitFor();
  }
  await page.getByRole('application').focus();
  return buttons.allTextContents();
}
