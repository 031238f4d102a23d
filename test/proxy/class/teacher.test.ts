import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClasses } from '../../../proxy/class/classes.ts';
import { installationSecret } from '../../../proxy/class/keys.ts';
import { openStore } from '../../../proxy/store/open.ts';
import { DOLLAR } from '../../../proxy/store/amounts.ts';
import { errorOf, Place, type ShownClass } from './place.ts';

let place: Place;
beforeEach(async () => {
  place = await Place.open();
});
afterEach(async () => {
  place.classes.close();
  await place.books.close();
});

const secret = Buffer.alloc(32, 7);
const openAgain = (options: object = {}) => openClasses({ books: place.books, secret, ...options }).then(({ close, newSecret }) => (close(), newSecret));

test('the admin secret is shown once, has 192 bits, and is in no record', async () => {
  expect(Buffer.from(place.adminSecret, 'base64url')).toHaveLength(24);
  expect(await openAgain()).toBeNull();
  expect(JSON.stringify(await place.books.list(''))).not.toContain(place.adminSecret.slice(4));
});

test('of two first starts at once one shows the secret', async () => {
  const books = await openStore(':memory:');
  const shown = await Promise.all([openAgain({ books }), openAgain({ books })]);
  expect(shown.filter((one) => one !== null)).toHaveLength(1);
});

test('the admin secret is shown at the first start that has no other one', async () => {
  const books = await openStore(':memory:');
  expect(await openAgain({ books, adminSecret: 'a secret of the environment' })).toBeNull();
  expect(await openAgain({ books })).not.toBeNull();
});

test('a session is a cookie that scripts, other sites and plain HTTP never see, for /class alone', async () => {
  const answer = await place.ask('POST', '/class/session', { secret: ` ${place.adminSecret}\n` });
  expect(answer.status).toBe(204);
  const [value, ...attributes] = answer.headers.get('set-cookie')!.split('; ');
  expect(value).toMatch(/^tagsmith-teacher=ey/);
  expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/class', 'SameSite=Strict', 'Secure']);
});

test('GET /class says the mode, and who is the teacher', async () => {
  expect(await (await place.ask('GET', '/class')).json()).toEqual({ mode: 'class', teacher: false });
  expect(await (await place.teach('GET', '/class')).json()).toEqual({ mode: 'class', teacher: true });
});

test('leaving takes the cookie away', async () => {
  expect((await place.ask('DELETE', '/class/session')).headers.get('set-cookie')).toMatch(/^tagsmith-teacher=; Max-Age=0; Path=\/class/);
});

test('a session ends after twelve hours', async () => {
  place.now += 12 * 3_600_000 - 5000;
  expect((await place.teach('GET', '/class/classes')).status).toBe(200);
  place.now += 10_000;
  expect((await place.teach('GET', '/class/classes')).status).toBe(401);
});

test('another secret from the environment holds in place of the made one, and ends its sessions', async () => {
  const other = await Place.open({ books: place.books, adminSecret: 'a secret of the environment' });
  expect((await other.ask('GET', '/class/classes', undefined, { cookie: place.cookie })).status).toBe(401);
  expect((await other.ask('POST', '/class/session', { secret: place.adminSecret })).status).toBe(403);
  expect((await other.ask('POST', '/class/session', { secret: 'a secret of the environment' })).status).toBe(204);
});

const teachersRoutes: [string, (id: string, seat: string) => string][] = [
  ['GET', () => '/class/classes'],
  ['POST', () => '/class/classes'],
  ['GET', (id) => `/class/classes/${id}`],
  ['PATCH', (id) => `/class/classes/${id}`],
  ['DELETE', (id) => `/class/classes/${id}`],
  ['PATCH', (id, seat) => `/class/classes/${id}/seats/${seat}`],
  ['GET', (id) => `/class/classes/${id}/usage.csv`],
];

test.each(teachersRoutes)('%s %s is for the teacher alone', async (method, address) => {
  const { id, code } = await place.make();
  const student = await place.join(code);
  const body = method === 'GET' || method === 'DELETE' ? undefined : place.plan();
  const tries: Record<string, string>[] = [{}, { cookie: 'tagsmith-teacher=forged' }, { cookie: `tagsmith-teacher=${student.token}` }, { authorization: `Bearer ${student.token}` }, { authorization: place.cookie.replace('tagsmith-teacher=', 'Bearer ') }];
  for (const headers of tries) expect((await place.ask(method, address(id, student.seat), body, headers)).status).toBe(401);
  expect((await place.report(id)).seats).toHaveLength(1);
});

test('a teacher\'s session is no seat', async () => {
  expect((await place.ask('GET', '/class/seat', undefined, { authorization: place.cookie.replace('tagsmith-teacher=', 'Bearer ') })).status).toBe(401);
});

test('a class is shown with its code, link and caps, and nothing that is kept of them', async () => {
  const made = await place.make({ hours: { from: '08:00', to: '17:00', zone: 'Europe/Lisbon' } });
  expect(made).toEqual({
    id: expect.any(String),
    name: 'Period 3',
    code: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/),
    link: `/#/class?code=${made.code}`,
    paused: false,
    open: true,
    models: 'all',
    caps: { class: { dollars: 5, tokens: null, requests: null, concurrency: null }, seat: { dollars: 0.5, tokens: null, requests: 100, concurrency: 2 } },
    opens: null,
    closes: null,
    hours: { from: '08:00', to: '17:00', zone: 'Europe/Lisbon' },
    expires: '2026-11-30T10:00:00.000Z',
    created: '2026-11-23T10:00:00.000Z',
  });
  expect(await (await place.teach('GET', '/class/classes')).json()).toEqual({ classes: [made] });
  expect((await place.report(made.id)).class).toEqual(made);
  expect((await place.books.account(`class:${made.id}`)).caps).toEqual({ money: 5 * DOLLAR });
});

test.each([
  [{ caps: { class: {}, seat: { dollars: 1 } } }, 'need a cap in dollars'],
  [{ caps: { class: { dollars: 1 }, seat: { dollars: null } } }, 'need a cap in dollars'],
  [{ caps: { class: { dollars: -1 }, seat: { dollars: 1 } } }, 'caps.class.dollars'],
  [{ caps: { class: { dollars: 1 }, seat: { dollars: 1, requests: 1.5 } } }, 'caps.seat.requests'],
  [{ caps: { class: { dollars: 1, euros: 5 }, seat: { dollars: 1 } } }, 'euros'],
  [{ models: [] }, 'models'],
  [{ expires: '2026-11-23T09:00:00Z' }, 'expires'],
  [{ expires: '2036-11-23T09:00:00Z' }, 'expires'],
  [{ expires: 'tomorrow' }, 'expires'],
  [{ hours: { from: '8', to: '17:00', zone: 'Europe/Lisbon' } }, 'hours.from'],
  [{ hours: { from: '08:00', to: '17:00', zone: 'Europe/Atlantis' } }, 'hours.zone'],
  [{ hours: { from: '08:00', to: '08:00', zone: 'UTC' } }, 'the same'],
  [{ opens: '2026-11-24T09:00:00Z', closes: '2026-11-24T08:00:00Z' }, 'closes'],
  [{ name: '\u202eclass' }, 'name'],
  [{ name: undefined }, 'name'],
])('a class of %j is refused, and the message says where it is wrong', async (changes, where) => {
  const { status, message } = await errorOf(place.teach('POST', '/class/classes', { ...place.plan(), ...changes }));
  expect([status, message]).toEqual([400, expect.stringContaining(where)]);
  expect(await place.classes.list()).toEqual([]);
  expect(await place.books.list('class/')).toEqual([]);
});

test('a model that is not configured is refused, the others are listed for the teacher', async () => {
  const other = await Place.open({ models: ['small', 'large'] });
  expect((await errorOf(other.teach('POST', '/class/classes', { ...other.plan(), models: ['huge'] }))).message).toContain('no model huge');
  expect(((await (await other.teach('GET', '/class/classes')).json()) as { models: string[] }).models).toEqual(['small', 'large']);
});

test.each(['{', '"text"', '[]', ''])('a body of %j is refused', async (body) => {
  expect((await errorOf(place.teach('POST', '/class/classes', body))).status).toBe(400);
});

test('a body of 70,000 bytes is refused', async () => {
  expect((await errorOf(place.ask('POST', '/class/join', { code: 'x'.repeat(70_000), nickname: 'Ana' }))).status).toBe(413);
});

test('topping up a class and its seats takes effect at once, also for a call that waits', async () => {
  const { id, code } = await place.make({ caps: { class: { dollars: 1 }, seat: { dollars: 1 } } });
  const { accounts } = await place.call(await place.join(code));
  const { books } = place;
  const call = { accounts, bound: { money: 0.8 * DOLLAR, tokens: 10 }, model: 'small' };
  expect((await books.reserve({ id: 'a', ...call })).outcome).toBe('reserved');
  expect((await books.reserve({ id: 'b', ...call })).outcome).toBe('wait');
  expect(((await (await place.teach('PATCH', `/class/classes/${id}`, { caps: { class: { dollars: 5 } } })).json()) as ShownClass).caps.class.dollars).toBe(5);
  expect(await books.reserve({ id: 'b', ...call })).toEqual({ outcome: 'wait', account: accounts[1], quantity: 'money' });
  await place.teach('PATCH', `/class/classes/${id}`, { caps: { seat: { dollars: 2, requests: 7 } } });
  expect((await books.reserve({ id: 'b', ...call })).outcome).toBe('reserved');
  expect((await books.account(accounts[1]!)).caps).toEqual({ money: 2 * DOLLAR, requests: 7 });
});

test('a seat with caps of its own keeps them when the class changes', async () => {
  const { id, code } = await place.make();
  const [own, other] = [await place.join(code), await place.join(code)];
  const seat = await (await place.teach('PATCH', `/class/classes/${id}/seats/${own.seat}`, { caps: { dollars: 3 } })).json();
  expect(seat).toMatchObject({ id: own.seat, caps: { dollars: 3, requests: 100, concurrency: 2 } });
  await place.teach('PATCH', `/class/classes/${id}`, { caps: { seat: { dollars: 0.1 } } });
  expect((await place.books.account(`seat:${own.seat}`)).caps.money).toBe(3 * DOLLAR);
  expect((await place.books.account(`seat:${other.seat}`)).caps.money).toBe(0.1 * DOLLAR);
});

test('a change that is refused changes nothing, one of a class that is not there is 404', async () => {
  const { id, code } = await place.make();
  const { seat } = await place.join(code);
  for (const change of [{ caps: { class: { dollars: null } } }, { expires: '2020-01-01T00:00:00Z' }, { models: [] }, { code: 'AAAA' }]) expect((await place.teach('PATCH', `/class/classes/${id}`, change)).status).toBe(400);
  expect((await place.teach('PATCH', `/class/classes/${id}/seats/${seat}`, { caps: { dollars: null } })).status).toBe(400);
  expect((await place.report(id)).class.caps.class.dollars).toBe(5);
  for (const [method, address] of [['GET', 'x'], ['PATCH', 'x'], ['DELETE', 'x'], ['PATCH', 'x/seats/y'], ['PATCH', `${id}/seats/y`], ['GET', 'x/usage.csv']] as const) {
    expect((await place.teach(method, `/class/classes/${address}`, method === 'PATCH' ? {} : undefined)).status).toBe(404);
  }
});

test('the report counts what was used, what is open and what never reported', async () => {
  const { id, code } = await place.make();
  const { seat, token } = await place.join(code);
  const { accounts } = await place.call({ token });
  const { books } = place;
  const bound = { money: 0.1 * DOLLAR, tokens: 1000 };
  for (const call of ['a', 'b']) await books.reserve({ id: call, accounts, bound, model: 'small' });
  await books.settle('a', { money: 0.025 * DOLLAR, tokens: 250 });
  const used = { dollars: 0.025, tokens: 250, requests: 1, reservedDollars: 0.1, open: 1, unresolvedRequests: 0 };
  expect(await place.report(id)).toMatchObject({ usage: used, seats: [{ id: seat, nickname: 'Ana', seen: '2026-11-23T10:00:00.000Z', revoked: false, usage: used }], unresolved: [] });
  await books.abandon('b', 'the upstream cut the reply');
  const { usage, unresolved } = await place.report(id);
  expect(usage).toEqual({ dollars: 0.125, tokens: 1250, requests: 2, reservedDollars: 0, open: 0, unresolvedRequests: 1 });
  expect(unresolved).toEqual([{ seat, dollars: 0.1, tokens: 1000, model: 'small', reason: 'the upstream cut the reply' }]);
});

test('the table of usage runs no formula in a spreadsheet', async () => {
  const { id, code } = await place.make();
  const given = ['=SUM(A1)', '+1', '-1', '@x', 'Ana, "the" first', 'Bo'];
  const seats: string[] = [];
  for (const nickname of given) seats.push((await place.join(code, nickname)).seat);
  await place.books.reserve({ id: 'a', accounts: [`class:${id}`, `seat:${seats[5]}`], bound: { money: 1234, tokens: 5 }, model: 'small' });
  await place.books.abandon('a', 'cut');
  const answer = await place.teach('GET', `/class/classes/${id}/usage.csv`);
  expect([answer.headers.get('content-type'), answer.headers.get('content-disposition'), answer.headers.get('cache-control')]).toEqual(['text/csv; charset=utf-8', 'attachment; filename="usage.csv"', 'no-store']);
  const lines = (await answer.text()).trimEnd().split('\r\n');
  const cells = ['"\'=SUM(A1)"', '"\'+1"', '"\'-1"', '"\'@x"', '"Ana, ""the"" first"'];
  expect(lines[0]).toBe('seat,nickname,requests,tokens,dollars,unresolved');
  expect(lines.slice(1).sort()).toEqual([...cells.map((cell, i) => `${seats[i]},${cell},0,0,0.000000000,0`), `${seats[5]},Bo,1,5,0.000001234,1`].map((line) => (/^[=+\-@]/.test(line) ? line.replace(/^[^,]+/, `"'$&"`) : line)).sort());
});

test('ending a class leaves nothing of it: no record, no account, no code', async () => {
  const [first, second] = [await place.make({ name: 'First' }), await place.make({ name: 'Second' })];
  const [ana, bo] = [await place.join(first.code, 'Ana'), await place.join(second.code, 'Bo')];
  const { books } = place;
  const accounts = [`class:${first.id}`, `seat:${ana.seat}`];
  await books.reserve({ id: 'late', accounts, bound: { money: 100, tokens: 1 }, model: 'small' });
  await books.reserve({ id: 'cut', accounts, bound: { money: 100, tokens: 1 }, model: 'small' });
  await books.abandon('cut', 'cut');
  expect((await place.teach('DELETE', `/class/classes/${first.id}`)).status).toBe(204);
  await books.settle('late', { money: 50, tokens: 1 });
  const none = { spent: { money: 0, tokens: 0, requests: 0 }, open: 0, unresolved: { requests: 0 } };
  for (const account of accounts) expect(await books.account(account)).toMatchObject(none);
  const kept = await books.list('');
  const text = JSON.stringify(kept);
  for (const trace of [first.id, ana.seat, 'Ana', 'First']) expect(text).not.toContain(trace);
  for (const trace of [second.id, bo.seat, 'Bo']) expect(text).toContain(trace);
  expect((await place.learn(ana)).status).toBe(401);
  expect((await place.ask('POST', '/class/refresh', { refresh: ana.refresh })).status).toBe(401);
  expect((await place.ask('POST', '/class/join', { code: first.code, nickname: 'Cy' })).status).toBe(403);
  expect((await place.learn(bo)).status).toBe(200);
});

test('a call that was let in just before the end can spend nothing after it', async () => {
  const { id, code } = await place.make();
  const { accounts } = await place.call(await place.join(code));
  await place.teach('DELETE', `/class/classes/${id}`);
  expect((await place.books.reserve({ id: 'late', accounts, bound: { money: 1, tokens: 1 }, model: 'small' })).outcome).toBe('refused');
  expect(JSON.stringify(await place.books.list(''))).not.toContain(id);
  expect(await place.books.account(accounts[0]!)).toMatchObject({ caps: {}, spent: { requests: 0 } });
});

test('a class is taken down by itself a day after it expired', async () => {
  const { id } = await place.make();
  place.now += (7 + 1) * 24 * 3_600_000 - 1000;
  await place.classes.sweep();
  await place.signIn();
  expect((await place.report(id)).class.open).toBe(false);
  place.now += 1000;
  await place.classes.sweep();
  expect(await place.classes.list()).toEqual([]);
});

test('the store\'s files hold no code, secret, session, token or refresh secret in clear', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-class-'));
  const store = await openStore(path.join(folder, 'store.sqlite'));
  const kept = await Place.open({ books: store });
  const { code } = await kept.make();
  const pass = await kept.join(code);
  const secrets = [kept.adminSecret, kept.cookie.split('=')[1]!, code, code.replaceAll('-', ''), pass.token, pass.refresh, pass.refresh.split('.')[2]!, Buffer.alloc(32, 7).toString('base64url')];
  const scan = async (): Promise<string> => (await Promise.all((await readdir(folder)).map((file) => readFile(path.join(folder, file), 'latin1')))).join('');
  const before = await scan();
  kept.classes.close();
  await store.close();
  const after = await scan();
  for (const text of [before, after]) {
    expect(text).toContain(pass.seat);
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text.toUpperCase()).not.toContain(code);
  }
  await rm(folder, { recursive: true });
});

test('the secret beside the store is made once, for its owner alone; a given one takes its place', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-secret-'));
  const file = path.join(folder, 'state', 'secret');
  const kept = await installationSecret(file);
  expect(await installationSecret(file)).toEqual(kept);
  expect(Buffer.from(kept.toString(), 'base64url')).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await installationSecret(file, 'x'.repeat(32))).toString()).toBe('x'.repeat(32));
  await writeFile(file, '');
  await expect(installationSecret(file)).rejects.toThrow('is damaged');
  await rm(folder, { recursive: true });
});

test('a store that was made with another secret is refused at the start', async () => {
  const { books } = place;
  const open = (byte: number): Promise<void> => openClasses({ books, secret: Buffer.alloc(32, byte) }).then(({ close }) => close());
  await open(7);
  await open(7);
  await expect(open(8)).rejects.toThrow('belongs to another secret');
});
