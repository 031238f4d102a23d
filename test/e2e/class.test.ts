import type { Page } from '@playwright/test';
import { code, FakeClassServer, secret } from './fake-class.ts';
import { inspect, widths } from './inspect.ts';
import { expect, importFiles, sentences, test } from './page.ts';

/** Refusals that a test asks for; Chromium writes each to the console. */
function forgive(complaints: string[], status: RegExp): void {
  complaints.splice(0, complaints.length, ...complaints.filter((complaint) => !status.test(complaint)));
}

async function join(page: Page, nickname = 'Mara'): Promise<void> {
  await page.goto(`#/class?code=${code}`);
  await page.getByLabel('Nickname').fill(nickname);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`You are in Politics 9b as ${nickname}`);
}

async function signIn(page: Page): Promise<void> {
  await page.goto('#/class');
  await page.getByText('I am the teacher').click();
  await page.getByLabel('Secret').fill(secret);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Your classes' })).toBeVisible();
}

const chip = (page: Page) => page.getByRole('banner').getByRole('button', { name: /^LLM/ });

let server: FakeClassServer;
test.beforeEach(async ({ page }) => {
  server = new FakeClassServer();
  await server.serve(page);
});

test('a link fills the code in, and a nickname is all that is left to type', async ({ page }) => {
  server.addClass();
  await page.goto(`#/class?code=${code}`);
  await expect(page.getByLabel('Class code')).toHaveValue(code);
  await expect(page.getByLabel('Nickname')).toBeFocused();
  await inspect(page, 'class-join');
  await page.getByLabel('Nickname').fill('Mara');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are in Politics 9b as Mara');
  await expect(page.getByRole('main').getByText('$0.25', { exact: true })).toBeVisible();
  await expect(page.getByText('4 calls at once')).toBeVisible();
  await expect(page.getByText('small-model', { exact: true })).toBeVisible();
  await expect(chip(page)).toHaveAccessibleName('LLM · class Politics 9b · $0.25 left');
  expect(page.url(), 'the code is out of the address').not.toContain(code.slice(0, 4));
  expect(page.url()).not.toContain('token');
  await page.goBack();
  expect(page.url(), 'and out of the history').not.toContain(code.slice(0, 4));
  await page.goForward();
  await page.getByRole('link', { name: 'On to your data' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Bring texts' })).toBeVisible();
});

test('a seat is there again after a reload, and is given up by leaving', async ({ page }) => {
  server.addClass();
  await join(page);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are in Politics 9b as Mara');
  await page.getByRole('button', { name: 'Leave the class' }).click();
  await page.getByRole('button', { name: 'Leave now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Join your class' })).toBeVisible();
  await expect(chip(page)).toHaveCount(0);
  expect(server.seats).toEqual([]);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Join your class' })).toBeVisible();
});

test('a wrong code is said in the server’s words', async ({ page, complaints }) => {
  server.addClass();
  await page.goto('#/class');
  await expect(page.getByLabel('Class code')).toBeFocused();
  await page.getByLabel('Class code').fill('k7qm-2xwd-0000');
  await page.getByLabel('Nickname').fill('Mara');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('alert')).toHaveText('No class has this code. Check it letter by letter, or ask the teacher for the link.');
  forgive(complaints, /404/);
});

test('a token is renewed before it ends', async ({ page }) => {
  server.addClass();
  server.holds = 30_000;
  await join(page);
  await expect.poll(() => server.asked).toContain('POST /class/refresh');
  await expect(page.getByText('small-model', { exact: true })).toBeVisible();
});

test('a student sees a pause, a spent share, a closed seat and the end', async ({ page, complaints }) => {
  await page.clock.install();
  /** The page looks five seconds after its last look has ended, which may still be under way: time goes on until it has seen what is new. */
  const soon = (seen: () => Promise<void>) =>
    expect(async () => {
      await page.clock.fastForward(5000);
      await seen();
    }).toPass({ timeout: 10_000 });
  const shows = (words: string) => soon(() => expect(page.getByText(words)).toBeVisible({ timeout: 500 }));
  const record = server.addClass();
  await join(page);
  await inspect(page, 'class-seat');
  record.paused = true;
  await shows('Your teacher has paused the class.');
  await expect(chip(page)).toHaveAccessibleName('LLM · class Politics 9b · paused');
  await inspect(page, 'class-seat-paused');
  record.paused = false;
  server.seats[0]!.usage = { ...server.seats[0]!.usage, dollars: 0.25, requests: 41, tokens: 18_200 };
  await shows('Your share is spent.');
  await expect(chip(page)).toHaveAccessibleName('LLM · class Politics 9b · $0.00 left');
  server.seats[0]!.revoked = true;
  await shows('The teacher has closed this seat.');
  server.seats[0]!.revoked = false;
  await soon(() => expect(page.getByText('The teacher has closed this seat.')).toBeHidden({ timeout: 500 }));
  server.classes = [];
  await shows('the class has ended');
  await inspect(page, 'class-seat-ended');
  await page.getByRole('button', { name: 'Leave the class' }).click();
  await page.getByRole('button', { name: 'Leave now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Join your class' })).toBeVisible();
  forgive(complaints, /40[13]/);
});

test('a code opened inside a class asks before the seat changes', async ({ page }) => {
  server.addClass();
  await join(page);
  server.addClass({ name: 'History 10a', code: 'AAAA-BBBB-CCCC' });
  await page.goto('#/class?code=AAAA-BBBB-CCCC');
  await page.getByRole('button', { name: 'Join with this code' }).click();
  await expect(page.getByText('You are in Politics 9b as Mara.')).toBeVisible();
  await page.getByLabel('Nickname').fill('Mara again');
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are in History 10a as Mara again');
  await expect.poll(() => server.seats.map(({ nickname }) => nickname)).toEqual(['Mara again']);
});

test('a teacher makes a class and sees its seats live', async ({ page, complaints }) => {
  await page.goto('#/class');
  await page.getByText('I am the teacher').click();
  await inspect(page, 'class-sign-in');
  await page.getByLabel('Secret').fill('wrong');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('This is not the secret that the server printed at its start.');
  forgive(complaints, /401/);
  await page.getByLabel('Secret').fill(secret);
  await page.keyboard.press('Enter');
  await expect(page.getByText('No class yet.')).toBeVisible();
  await inspect(page, 'class-list-empty');
  await page.getByRole('link', { name: 'New class' }).click();
  await expect(page.getByText('Enough for 20 seats')).toBeVisible();
  await inspect(page, 'class-new');
  await page.getByText('More settings').click();
  await page.getByText('Only these').click();
  await page.getByLabel('Only at certain hours').check();
  await inspect(page, 'class-new-more');
  await page.getByRole('button', { name: 'Make the class' }).click();
  await expect(page.getByRole('alert')).toHaveText('Choose at least one model, or all.');
  await page.getByLabel('small-model').check();
  await page.getByLabel('Name', { exact: true }).fill('Politics 9b');
  await page.getByRole('button', { name: 'Make the class' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Politics 9b' })).toBeVisible();
  const record = server.classes[0]!;
  expect(record).toMatchObject({ name: 'Politics 9b', models: ['small-model'], opens: null, closes: null, hours: { from: '08:00', to: '17:00' } });
  expect(record.caps).toEqual({ class: { dollars: 5, tokens: null, requests: null, concurrency: null }, seat: { dollars: 0.25, tokens: null, requests: null, concurrency: 4 } });
  const day = Date.parse(record.expires) - Date.now();
  expect(day).toBeGreaterThan(86_400_000);
  expect(day).toBeLessThan(90_000_000);
  await expect(page.getByText(code, { exact: true })).toBeVisible();
  await expect(page.getByRole('img', { name: `QR code with the link to join Politics 9b; the code is ${code}` })).toBeVisible();
  await expect(page.getByText('Nobody has joined yet.')).toBeVisible();
  await inspect(page, 'class-report-empty');
  server.addSeat(record, 'Mara', { dollars: 0.004, requests: 1, tokens: 310 });
  const row = page.getByRole('row', { name: /Mara/ });
  await expect(row).toContainText('<$0.01 of $0.25', { timeout: 3000 });
  await page.getByRole('link', { name: 'All classes' }).click();
  await expect(page.getByRole('link', { name: /Politics 9b/ })).toContainText('Open');
  await inspect(page, 'class-list');
});

test('a teacher pauses, tops up, revokes, saves and ends', async ({ page }) => {
  const record = server.addClass();
  const names = ['Mara', 'Jonas', 'Old Quay Reporter', '小明', 'a-nickname-of-forty-characters-no-blanks', 'Ada', 'Noor', 'Emil'];
  names.forEach((name, index) => server.addSeat(record, name, { dollars: 0.031 * index, tokens: 1200 * index, requests: 3 * index, open: index % 3, reservedDollars: 0.002 * (index % 3) }, { seen: new Date(Date.now() - index * 45_000).toISOString() }));
  server.unresolved = [{ seat: 's2', dollars: 0.0031, tokens: 900, model: 'small-model', reason: 'The upstream cut the reply.' }];
  await signIn(page);
  await page.getByRole('link', { name: /Politics 9b/ }).click();
  await expect(page.getByRole('row')).toHaveCount(names.length + 1);
  await page.setViewportSize(widths.wide);
  await inspect(page, 'class-report');

  const before = server.asked.length;
  await page.waitForTimeout(4000);
  expect(server.asked.length - before, 'it asks every two seconds').toBeLessThanOrEqual(5);

  await page.getByRole('button', { name: 'Pause the class' }).click();
  await expect(page.getByText('Paused: no call goes through')).toBeVisible();
  expect(record.paused).toBe(true);
  await inspect(page, 'class-report-paused');
  await page.getByRole('button', { name: 'Let the class go on' }).click();
  await expect(page.getByText('Open: calls go through.')).toBeVisible();

  await page.getByRole('button', { name: 'More for the class' }).click();
  await page.getByRole('button', { name: '+ $1' }).click();
  await expect(page.getByText('Now $6.00.')).toBeVisible();
  await page.getByLabel('Amount, $').fill('2.5');
  await inspect(page, 'class-top-up');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByText('Now $8.50.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More for every seat' }).click();
  await page.getByRole('button', { name: '+ $1' }).click();
  await expect(page.getByText('Now $1.25 each.')).toBeVisible();
  await page.keyboard.press('Escape');
  expect(record.caps.seat, 'the other bounds stay').toEqual({ dollars: 1.25, tokens: null, requests: null, concurrency: 4 });
  await page.getByRole('button', { name: 'More for Jonas' }).click();
  await page.getByRole('button', { name: '+ $1' }).click();
  await expect(page.getByRole('row', { name: /Jonas/ })).toContainText('of $2.25');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Revoke: Jonas' }).click();
  await expect(page.getByRole('row', { name: /Jonas/ })).toContainText('revoked');
  await page.getByRole('button', { name: 'Restore: Jonas' }).click();
  await expect(page.getByRole('row', { name: /Jonas/ })).not.toContainText('revoked');

  await page.getByRole('button', { name: 'Show it large' }).click();
  await inspect(page, 'class-wall');
  await page.keyboard.press('Escape');
  await page.getByText('1 call without a bill').click();
  await expect(page.getByText('The upstream cut the reply.')).toBeVisible();

  await expect(page.getByRole('link', { name: 'Save the usage as CSV' })).toHaveAttribute('href', `class/classes/${record.id}/usage.csv`);
  await page.getByRole('button', { name: 'End the class' }).click();
  await expect(page.getByRole('dialog')).toContainText('This cannot be undone');
  await inspect(page, 'class-end');
  await page.getByRole('button', { name: 'Keep it' }).click();
  expect(server.classes).toHaveLength(1);
  await page.getByRole('button', { name: 'End the class' }).click();
  await page.getByRole('button', { name: 'End it for good' }).click();
  await expect(page.getByText('No class yet.')).toBeVisible();
  expect(server.classes).toEqual([]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Join your class' })).toBeVisible();
});

test('a lost connection is said, and ends by itself', async ({ page, complaints }) => {
  const record = server.addClass();
  await signIn(page);
  await page.getByRole('link', { name: /Politics 9b/ }).click();
  await expect(page.getByText('Nobody has joined yet.')).toBeVisible();
  server.reachable = false;
  await expect(page.getByText('The connection to the server is lost.')).toBeVisible({ timeout: 5000 });
  await inspect(page, 'class-lost');
  await page.getByRole('button', { name: 'Pause the class' }).click();
  await expect(page.getByText('The server did not answer, so nothing was changed.')).toBeVisible();
  server.reachable = true;
  server.addSeat(record, 'Noor');
  await expect(page.getByText('The connection to the server is lost.')).toBeHidden({ timeout: 5000 });
  await expect(page.getByRole('row', { name: /Noor/ })).toBeVisible();
  forgive(complaints, /ERR_CONNECTION_REFUSED/);
});

test('a student without a connection keeps the seat', async ({ page, complaints }) => {
  server.addClass();
  await join(page);
  server.reachable = false;
  await expect(page.getByText('The server does not answer. Trying again.')).toBeVisible({ timeout: 10_000 });
  await expect(chip(page)).toHaveAccessibleName('LLM · class Politics 9b · no connection');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are in Politics 9b as Mara');
  server.reachable = true;
  await expect(page.getByText('small-model', { exact: true })).toBeVisible({ timeout: 10_000 });
  forgive(complaints, /ERR_CONNECTION_REFUSED/);
});

test('a server for one person says what a class is and how to start one', async ({ page }) => {
  server.mode = 'solo';
  await page.goto('#/class');
  await expect(page.getByText('npm start -- --class', { exact: true })).toBeVisible();
  await expect(chip(page)).toHaveAccessibleName('LLM · 2 models');
  await chip(page).click();
  await inspect(page, 'class-solo');
});

test('money and a long name fit into a narrow header beside a workspace', async ({ page, complaints }) => {
  server.addClass({ name: 'Politics and society, year nine, second group' });
  await importFiles(page, [{ name: 'train.conll', content: sentences(3) }], 'A workspace with a long name');
  await page.goto(`#/class?code=${code}`);
  await page.getByLabel('Nickname').fill('Mara');
  await page.keyboard.press('Enter');
  await expect(chip(page)).toBeVisible();
  await chip(page).click();
  await inspect(page, 'class-chip');
  server.reachable = false;
  await expect(chip(page)).toContainText('no connection', { timeout: 10_000 });
  await page.setViewportSize(widths.narrow);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  server.reachable = true;
  await expect(chip(page)).toContainText('$0.25 left', { timeout: 10_000 });
  forgive(complaints, /ERR_CONNECTION_REFUSED/);
});

test('on a plain web host there is no class, no chip, and one question asked', async ({ page }) => {
  server.mode = 'absent';
  await page.goto('#/class');
  await expect(page.getByText('This page comes from a plain web host')).toBeVisible();
  await inspect(page, 'class-absent');
  await expect(chip(page)).toHaveCount(0);
  expect(server.asked).toEqual(['GET /class']);
});
