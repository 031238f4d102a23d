import { inspect } from './inspect.ts';
import { expect, test } from './page.ts';

test('what the browser can do is found from the chip of the device, in words, and can be copied', async ({ page }) => {
  await page.goto('');
  await page.getByRole('banner').getByRole('button', { name: /CPU/ }).click();
  await page.getByRole('banner').getByRole('link', { name: 'What this browser can do' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'What this browser can do' })).toBeFocused();
  const answer = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) }).getByRole('cell').first();
  // As the server of these tests sends it, on a machine without a graphics card.
  for (const name of ['Secure connection', 'Trainings survive a reload', 'Tabs know of each other', 'Copying', 'Ready for offline use', 'Words of every language']) {
    await expect(answer(name), name).toHaveText('yes');
  }
  await expect(answer('Graphics card')).toHaveText('no');
  await expect(page.getByRole('heading', { level: 2, name: /^This browser trains on the processor/ })).toBeVisible();
  const written = page.getByRole('textbox', { name: 'The report as text' });
  await expect(written).toHaveValue(/Secure connection: yes\./);
  expect(await written.inputValue(), 'no address').not.toContain('localhost');
  await inspect(page, 'browser');
  await page.getByRole('button', { name: 'Help', exact: true }).click();
  await expect(page.getByRole('dialog').getByRole('link', { name: 'What this browser can do' })).toBeVisible();
});
