import type { Page } from '@playwright/test';
import { inspect, widths } from './inspect.ts';
import { expect, importFiles, sentences, test, trainTiny } from './page.ts';

const text = (page: Page) => page.getByRole('application');
const labels = (page: Page) => text(page).locator('mark');
const option = (page: Page, name: string) => page.getByRole('dialog', { name: 'Label as' }).getByRole('option', { name });
const saved = (page: Page) => expect(page.locator('[data-saved=true]')).toBeAttached();

/** Texts without a label, one a line, and types. */
async function open(page: Page, content: string, types: readonly string[], language = 'en'): Promise<void> {
  await page.goto('#/data?import=new');
  await page.locator('input[type=file]').setInputFiles({ name: 'texts.txt', mimeType: 'text/plain', buffer: Buffer.from(content) });
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Texts');
  await dialog.getByLabel('Language').fill(language);
  await dialog.getByRole('button', { name: /^Import \d/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Texts' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: /^Annotate/ }).click();
  await expect(text(page)).toBeVisible();
  for (const type of types) {
    const field = page.getByLabel('Name of the new type');
    if (!(await field.isVisible())) await page.getByRole('button', { name: 'Add a type' }).click();
    await field.fill(type);
    await field.press('Enter');
    await expect(page.getByRole('group', { name: 'Types' }).getByRole('button', { name: type, exact: false }).first()).toBeVisible();
  }
  await text(page).focus();
}

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test('the keyboard alone labels, changes, removes, undoes, and a reload keeps it', async ({ page }) => {
  await open(page, 'Mara Lind met Nuno in Old Quay.\nNuno left Old Quay with Mara Lind.\n', ['person', 'place']);
  await press(page, 'Shift+ArrowRight', '1');
  await expect(labels(page)).toHaveText(['Mara Lind (person)']);
  await press(page, 'n', 'Shift+,', '1');
  await expect(labels(page)).toHaveText(['Mara Lind (person)', 'Nuno (person)']);
  await press(page, 'n', '1', '2');
  await expect(labels(page).last()).toHaveText('Old Quay (place)');
  await press(page, ',', 'm');
  await expect(labels(page).last()).toHaveText('Old (place)');
  await press(page, 'u', 'u');
  await expect(labels(page).last()).toHaveText('Old Quay (place)');
  await press(page, 'm');
  await expect(page.getByText('“Old Quay” is place in 1 place of 1 text').first()).toBeVisible();
  await press(page, 'Space');
  await expect(labels(page)).toHaveText(['Old Quay (place)']);
  await press(page, 'Enter');
  await expect(labels(page), 'Enter gives Nuno the type he has elsewhere').toHaveText(['Nuno (person)', 'Old Quay (place)']);
  await press(page, 'End', 'n', 'Home', 'Delete');
  await expect(labels(page)).toHaveText(['Old Quay (place)']);
  await press(page, 'u', 'Shift+u', 'u');
  await expect(labels(page)).toHaveText(['Nuno (person)', 'Old Quay (place)']);
  await press(page, 'ArrowRight', 'e');
  await press(page, 'Home', 'e');
  await page.getByRole('dialog').getByRole('textbox').fill('the cook');
  await page.getByRole('button', { name: 'Keep the note' }).click();
  await expect(labels(page).first()).toContainText('the cook');
  await saved(page);
  await page.reload();
  await expect(labels(page)).toHaveText([/^Nuno \(person.*the cook\)$/, 'Old Quay (place)']);
  await text(page).focus();
  await press(page, 'u');
  await expect(labels(page).first(), 'undo goes on after a reload').toHaveText('Nuno (person)');
});

test('Alt labels on top, o goes through what overlaps, and edges move by characters', async ({ page }) => {
  await open(page, 'New York Times e\u0301te\u0301 👩‍👧x', ['place', 'paper']);
  await press(page, 'Shift+ArrowRight', '1', 'Home', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Alt+2');
  await expect(labels(page)).toHaveText(['New York (place) Times (paper)']);
  await press(page, 'Home', 'o', 'o', 'Delete');
  await expect(labels(page)).toHaveText(['New York Times (paper)']);
  await press(page, 'End', 'Shift+Alt+.', '1');
  await expect(labels(page).last()).toHaveText('👩‍👧x (place)');
});

/** The middle of a character on the screen, once the page has come to rest: a type that is shown late moves the text. */
const at = (page: Page, offset: number): Promise<{ x: number; y: number }> =>
  page.evaluate(async (index) => {
    const middle = (): { x: number; y: number } => {
      const run = [...document.querySelectorAll<HTMLElement>('[role=application] [data-at]')].findLast((element) => Number(element.dataset.at) <= index)!;
      const range = document.createRange();
      range.setStart(run.firstChild!, index - Number(run.dataset.at));
      range.setEnd(run.firstChild!, index - Number(run.dataset.at) + 1);
      const { left, top, width, height } = range.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    };
    let place = middle();
    for (let still = 0; still < 5; still++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const now = middle();
      if (now.x !== place.x || now.y !== place.y) still = -1;
      place = now;
    }
    return place;
  }, offset);

test('the mouse drags and double-clicks', async ({ page }) => {
  await open(page, 'Mara Lind met Nuno in Old Quay.', ['person', 'place']);
  const [from, to] = [await at(page, 1), await at(page, 6)];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
  await option(page, 'person').click();
  await expect(labels(page)).toHaveText(['Mara Lind (person)']);
  // The name of the label has moved it.
  const nuno = await at(page, 15);
  await page.mouse.dblclick(nuno.x, nuno.y);
  await option(page, 'place').click();
  await expect(labels(page)).toHaveText(['Mara Lind (person)', 'Nuno (place)']);
  await page.mouse.dblclick(nuno.x, nuno.y);
  await expect(option(page, 'person')).toBeVisible();
  await press(page, 'Escape');
  await expect(option(page, 'person')).toBeHidden();
});

test('a finger taps both ends', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ ...(baseURL ? { baseURL } : {}), hasTouch: true, viewport: widths.narrow });
  const touched = await context.newPage();
  await open(touched, 'Mara Lind met Nuno in Old Quay.', ['person', 'place']);
  for (const offset of [22, 27]) {
    const place = await at(touched, offset);
    await touched.touchscreen.tap(place.x, place.y);
  }
  await option(touched, 'place').tap();
  await expect(labels(touched)).toHaveText(['Old Quay (place)']);
  await context.close();
});

test('right to left: the left arrow goes on; Chinese is labelled without spaces', async ({ page }) => {
  await open(page, 'التقت مارا نونو في أوسلو\n北京大学在北京市。\n', ['person', 'place'], 'ar');
  await press(page, 'ArrowLeft', 'Shift+ArrowLeft', '1');
  await expect(labels(page)).toHaveText([/^مارا نونو/]);
  await inspect(page, 'annotate-right-to-left');
  await text(page).focus();
  await press(page, 'Space', '2');
  await expect(labels(page)).toHaveText([/^北京/]);
});

test('a tagger suggests; suggestions are accepted, corrected, rejected, and taken away as a layer', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(20) }], 'Twenty');
  await trainTiny(page, { device: 'wasm', steps: '80', learningRate: '0.003', headLearningRate: '0.01', dropout: '0', evaluateEvery: '20' });
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: /^Annotate/ }).click();
  await expect(labels(page).first()).toBeVisible();
  // Without its labels, the data gets suggestions where they were.
  await page.getByRole('button', { name: 'For all of these' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove labels' }).click();
  await saved(page);
  await page.getByRole('button', { name: 'Suggest', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suggest' }).click();
  await expect(page.getByText(/\d+ suggestions in \d+ texts?\./)).toBeVisible({ timeout: 90_000 });
  await page.getByLabel('State').selectOption('open');
  await expect(labels(page).filter({ hasText: 'suggested' }).first()).toBeVisible();
  await page.evaluate(() => scrollTo(0, 0));
  await inspect(page, 'annotate-suggestions');
  await page.setViewportSize(widths.wide);
  await text(page).focus();
  const open = page.getByText(/suggestions? left$/);
  await expect(open).toBeVisible();
  const before = Number.parseInt((await open.textContent()) ?? '', 10);
  await press(page, 'Home', 'Tab', 'Enter');
  if (before > 1) await expect(open).toHaveText(new RegExp(`^${before - 1} `));
  await press(page, 'Shift+Enter');
  await expect(open).toBeHidden();
  await press(page, 'u');
  if (before > 1) await expect(open).toHaveText(new RegExp(`^${before - 1} `));
  await press(page, 'g');
  await expect(text(page).locator('mark.suggested').first()).toBeVisible();
  await page.getByRole('button', { name: 'Suggest', exact: true }).click();
  await page.getByRole('button', { name: /^Remove the layer/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await expect(text(page).locator('mark.suggested')).toHaveCount(0);
});

test('what can be read and done without seeing: every entity with its type, and labels by buttons', async ({ page }) => {
  await importFiles(page, [{ name: 'train.conll', content: sentences(3) }], 'Three');
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: /^Annotate/ }).click();
  await expect(labels(page).first()).toBeVisible();
  const tree = await page.locator('main').ariaSnapshot();
  for (const entity of ['Mara Lindqvist (person)', 'Harbour Council (organisation)', 'Lantern Fair (event)', 'Old Quay (place)']) expect(tree.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')')).toContain(entity);
  await page.getByRole('combobox', { name: 'Type of “Old Quay”' }).selectOption('event');
  await expect(page.getByRole('status').filter({ hasText: '“Old Quay”: event' }).first()).toBeAttached();
  await page.getByRole('button', { name: 'Remove “Lantern Fair”' }).click();
  await expect(labels(page).filter({ hasText: 'Lantern Fair' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo', exact: true }).first().click();
  await expect(labels(page).filter({ hasText: 'Lantern Fair' })).toHaveCount(1);
  // Words are chosen in the text, the type by its button.
  await text(page).focus();
  await press(page, 'Home', 'ArrowRight');
  await page.getByRole('group', { name: 'Types' }).getByRole('button', { name: /event/ }).click();
  await expect(labels(page).first()).toHaveText('Monday (event)');
});

test('keys can be changed, and the sheet says them', async ({ page }) => {
  await open(page, 'Mara met Nuno.', ['person']);
  await press(page, '?');
  await page.getByRole('button', { name: 'Change the key: Next word' }).click();
  await press(page, 'l');
  await inspect(page, 'annotate-keys');
  await page.setViewportSize(widths.wide);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await text(page).focus();
  await press(page, 'l', 'l', '1');
  await expect(labels(page)).toHaveText(['Nuno (person)']);
  await saved(page);
  await page.reload();
  await text(page).focus();
  await press(page, 'l', '1');
  await expect(labels(page)).toHaveText(['met (person)', 'Nuno (person)']);
});

test('fifteen types have their keys, in both themes and widths', async ({ page }) => {
  const types = ['person', 'organisation', 'place', 'event', 'work of art', 'product', 'law', 'date', 'time', 'money', 'language', 'quantity', 'ordinal', 'nationality', 'a type with quite a long name indeed'];
  await open(page, 'On Monday the cook Mara Lindqvist told the Harbour Council that the Lantern Fair would return to Old Quay.\nNext.', types);
  await press(page, 'ArrowRight', '8', 'n', '1', 'n', '2', 'n', 'Shift+5', 'n', '3');
  await expect(labels(page)).toHaveCount(5);
  await expect(labels(page).nth(3)).toContainText('a type with quite a long name indeed');
  await inspect(page, 'annotate');
});

test('a second tab shows what the first does, and can take over', async ({ page, context }) => {
  await open(page, 'Mara met Nuno.', ['person']);
  await press(page, '1');
  await saved(page);
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(labels(second)).toHaveText(['Mara (person)']);
  await expect(second.getByText('Another tab is annotating these texts.')).toBeVisible();
  await press(page, 'n', '1');
  await expect(labels(second)).toHaveText(['Mara (person)', 'Nuno (person)']);
  await second.getByRole('button', { name: 'Annotate here' }).click();
  await expect(second.getByText('Another tab is annotating these texts.')).toBeHidden();
  await expect(page.getByText('Another tab is annotating these texts.')).toBeVisible();
  await text(second).focus();
  await press(second, 'Home', 'Delete');
  await expect(labels(page)).toHaveText(['Nuno (person)']);
});
