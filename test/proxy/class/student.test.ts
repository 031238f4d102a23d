import { createHmac } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeys } from '../../../proxy/class/keys.ts';
import { DOLLAR } from '../../../proxy/store/amounts.ts';
import { errorOf, monday, Place, type Pass, type ShownClass } from './place.ts';

let place: Place;
let made: ShownClass;
beforeEach(async () => {
  place = await Place.open();
  made = await place.make();
});
afterEach(async () => {
  place.classes.close();
  await place.books.close();
});

const refused = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: { status: number; code: string; message: string }) => ({ status: error.status, code: error.code, message: error.message }),
  );

test('a code and a nickname make a seat with a token for fifteen minutes', async () => {
  const pass = await place.join(made.code);
  expect(pass).toEqual({ token: expect.any(String), expires: '2026-11-23T10:15:00.000Z', refresh: expect.any(String), seat: expect.any(String), nickname: 'Ana', class: { id: made.id, name: 'Period 3' } });
  expect(Buffer.from(pass.refresh.split('.')[2]!, 'base64url')).toHaveLength(32);
  expect(await place.call(pass)).toEqual({ seat: pass.seat, accounts: [`class:${made.id}`, `seat:${pass.seat}`], scope: made.id, models: 'all' });
  expect((await place.books.account(`seat:${pass.seat}`)).caps).toEqual({ money: 0.5 * DOLLAR, requests: 100, concurrency: 2 });
  expect(await (await place.learn(pass)).json()).toEqual({
    seat: pass.seat,
    nickname: 'Ana',
    class: { id: made.id, name: 'Period 3', paused: false, open: true, expires: made.expires },
    usage: { dollars: 0, tokens: 0, requests: 0, reservedDollars: 0, open: 0, unresolvedRequests: 0 },
    caps: { dollars: 0.5, tokens: null, requests: 100, concurrency: 2 },
  });
});

test('a code is read in small letters, without dashes, with blanks, and with letters that look like its digits', async () => {
  const typed = [made.code.toLowerCase(), made.code.replaceAll('-', ''), ` ${made.code.replaceAll('-', ' – ')} `, made.code.replaceAll('0', 'o').replaceAll('1', 'l')];
  for (const code of typed) expect((await place.ask('POST', '/class/join', { code, nickname: 'Ana' })).status).toBe(201);
});

test('codes differ, and use every letter but I, L, O and U', async () => {
  const codes = await Promise.all(Array.from({ length: 200 }, () => place.make().then(({ code }) => code)));
  expect(new Set(codes).size).toBe(200);
  expect(new Set(codes.map((code) => code.slice(0, 4))).size).toBe(200);
  expect([...new Set(codes.join('').replaceAll('-', ''))].sort().join('')).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
});

test('10,000 guessed codes get nowhere, and lock nobody out who has the code, from the same address', async () => {
  const statuses = new Map<number, number>();
  const [start] = made.code.split('-');
  for (let i = 0; i < 10_000; i++) {
    const guess = i % 10 === 0 ? `${start!.slice(0, 3)}${'0123456789ABCDEF'[i % 16]}${String(i).padStart(8, '0')}` : `Z${String(i).padStart(11, '0')}`;
    if (guess.startsWith(start!)) continue;
    const { status } = await place.ask('POST', '/class/join', { code: guess, nickname: 'Guess' });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect(statuses.get(403)).toBe(20);
  expect([...statuses.keys()].sort()).toEqual([403, 429]);
  const seats = await Promise.all(Array.from({ length: 30 }, (_, i) => place.join(made.code, `Student ${i}`)));
  expect(new Set(seats.map(({ seat }) => seat)).size).toBe(30);
  expect((await place.report(made.id)).seats).toHaveLength(30);
}, 120_000);

test('whoever knows the beginning of a code has twenty guesses and ten a minute, and other addresses are not held up', async () => {
  const guess = async (i: number): Promise<number> => (await place.ask('POST', '/class/join', { code: `${made.code.slice(0, 4)}${String(i).padStart(8, '0')}`, nickname: 'Guess' })).status;
  for (let i = 0; i < 20; i++) expect(await guess(i)).toBe(403);
  expect(await guess(20)).toBe(429);
  expect((await errorOf(place.ask('POST', '/class/join', { code: made.code, nickname: 'Ana' }))).code).toBe('too_many_guesses');
  place.address = '192.0.2.2';
  await place.join(made.code);
  place.address = '192.0.2.1';
  place.now += 6000;
  await place.join(made.code);
  expect(await guess(21)).toBe(403);
  expect(await guess(22)).toBe(429);
});

test('guesses from many addresses are bounded together; those of one IPv6 subscriber count as one', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 400; i++) {
    place.address = `198.51.${i % 100}.${i % 250}`;
    statuses.push((await place.ask('POST', '/class/join', { code: `Z${String(i).padStart(11, '0')}`, nickname: 'Guess' })).status);
  }
  expect(statuses.filter((status) => status === 403)).toHaveLength(300);
  place.now += 600_000;
  const own: number[] = [];
  for (let i = 0; i < 40; i++) {
    place.address = `2001:db8::${i.toString(16)}:1`;
    own.push((await place.ask('POST', '/class/join', { code: `Z${String(i).padStart(11, '0')}`, nickname: 'Guess' })).status);
  }
  expect(own.filter((status) => status === 403)).toHaveLength(20);
  await place.join(made.code);
});

test('guesses at the admin secret are bounded, and do not lock the teacher out who sits at the same address', async () => {
  const statuses = new Set<number>();
  for (let i = 0; i < 2000; i++) statuses.add((await place.ask('POST', '/class/session', { secret: `!${i}` })).status);
  expect([...statuses]).toEqual([403, 429]);
  await place.signIn();
  expect((await place.teach('GET', '/class/classes')).status).toBe(200);
  for (let i = 0; i < 20; i++) await place.ask('POST', '/class/session', { secret: `${place.adminSecret.slice(0, 4)}${i}` });
  expect((await place.ask('POST', '/class/session', { secret: place.adminSecret })).status).toBe(429);
});

test.each([
  ['  Ana  Luísa ', 'Ana Luísa'],
  ['Ana', 'Ana'],
  ['李', '李'],
  ['👩🏽‍🔬', '👩🏽‍🔬'],
  ['a'.repeat(40), 'a'.repeat(40)],
  ['__proto__', '__proto__'],
])('the nickname %j is taken as %j', async (given, nickname) => {
  expect((await place.join(made.code, given)).nickname).toBe(nickname);
});

test.each(['', '   ', 'a'.repeat(41), 'a\u0000b', 'a\nb', 'a\tb', '\u202eanA', 'Ana\u2066', 'A\u200bna', '\ufeff', '\u200d', '\u061cAna', 'a\u2028b', '\ud800', 7, null, ['Ana']])('the nickname %j is refused', async (nickname) => {
  const { status, message } = await errorOf(place.ask('POST', '/class/join', { code: made.code, nickname }));
  expect([status, message]).toEqual([400, expect.stringContaining('nickname')]);
});

test('a nickname that is taken gets a number, whatever its letters\' case and form, also when all join at once', async () => {
  const names = await Promise.all(['Ana', 'ANA', 'ana', 'Ａna'].map((name) => place.join(made.code, name).then(({ nickname }) => nickname)));
  expect(names).toEqual(['Ana', 'ANA 2', 'ana 3', 'Ａna 4']);
  const long = 'x'.repeat(40);
  expect([(await place.join(made.code, long)).nickname, (await place.join(made.code, long)).nickname]).toEqual([long, `${'x'.repeat(38)} 2`]);
});

test('a class holds as many seats as it may, also when more join at once', async () => {
  const small = await Place.open({ maxSeats: 5 });
  const { code, id } = await small.make();
  const answers = await Promise.all(Array.from({ length: 12 }, () => small.ask('POST', '/class/join', { code, nickname: 'Ana' })));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
  expect(await errorOf(answers.find(({ status }) => status !== 201)!)).toMatchObject({ status: 403, code: 'class_full' });
  const [first] = (await small.report(id)).seats;
  await small.teach('PATCH', `/class/classes/${id}/seats/${first!.id}`, { revoked: true });
  expect((await small.ask('POST', '/class/join', { code, nickname: 'Bo' })).status).toBe(403);
});

test('a token ends after fifteen minutes, and the refresh secret gives another', async () => {
  const pass = await place.join(made.code);
  place.now += 15 * 60_000 + 1000;
  expect(await refused(place.call(pass))).toMatchObject({ status: 401, code: 'token_expired' });
  const answer = await place.ask('POST', '/class/refresh', { refresh: pass.refresh });
  const fresh = (await answer.json()) as Pass;
  expect([answer.status, fresh]).toEqual([200, { token: expect.any(String), expires: new Date(place.now + 15 * 60_000).toISOString() }]);
  expect((await place.call(fresh)).seat).toBe(pass.seat);
});

test('a clock that is set back refuses nobody, one that is set forward asks for a refresh', async () => {
  const pass = await place.join(made.code);
  place.now -= 3 * 3_600_000;
  expect((await place.call(pass)).seat).toBe(pass.seat);
  place.now += 27 * 3_600_000;
  expect(await refused(place.call(pass))).toMatchObject({ code: 'token_expired' });
});

test.each(['', '..', 'x.y.z', 'a'.repeat(300)])('the refresh secret %j is refused', async (refresh) => {
  expect([400, 401]).toContain((await place.ask('POST', '/class/refresh', { refresh })).status);
});

test('a refresh secret opens its own seat alone', async () => {
  const [ana, bo] = [await place.join(made.code), await place.join(made.code, 'Bo')];
  const [id, , secret] = ana.refresh.split('.');
  for (const refresh of [`${id}.${bo.seat}.${secret}`, `${id}.${ana.seat}.`, `${id}.${ana.seat}.${secret}A`, `${id}.${ana.seat}`]) expect((await place.ask('POST', '/class/refresh', { refresh })).status).toBe(401);
});

test('tokens that this server did not sign for a seat are refused', async () => {
  const pass = await place.join(made.code);
  const { tokens: key } = openKeys(Buffer.alloc(32, 7));
  const claims = { class: made.id };
  const good = (): SignJWT => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('tagsmith').setAudience('seat').setSubject(pass.seat).setIssuedAt(monday / 1000).setExpirationTime(monday / 1000 + 900);
  expect((await place.call({ token: await good().sign(key) })).seat).toBe(pass.seat);
  const [header, payload, signature] = pass.token.split('.') as [string, string, string];
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const other = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const wrong = {
    'another key': await good().sign(openKeys(Buffer.alloc(32, 8)).tokens),
    'the raw secret': await good().sign(Buffer.alloc(32, 7)),
    'another algorithm': `${encode({ alg: 'HS512' })}.${payload}.${createHmac('sha512', key).update(`${encode({ alg: 'HS512' })}.${payload}`).digest('base64url')}`,
    'no algorithm': new UnsecuredJWT(claims).setIssuer('tagsmith').setAudience('seat').setSubject(pass.seat).setExpirationTime(monday / 1000 + 900).encode(),
    'none in the header': `${encode({ alg: 'none' })}.${payload}.`,
    'none, signed': `${encode({ alg: 'none' })}.${payload}.${signature}`,
    'another audience': await good().setAudience('teacher').sign(key),
    'no audience': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('tagsmith').setSubject(pass.seat).setExpirationTime(monday / 1000 + 900).sign(key),
    'another issuer': await good().setIssuer('someone').sign(key),
    'no end': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('tagsmith').setAudience('seat').setSubject(pass.seat).sign(key),
    'no seat': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('tagsmith').setAudience('seat').setExpirationTime(monday / 1000 + 900).sign(key),
    'another payload': `${header}.${encode({ ...other, exp: monday })}.${signature}`,
    'a bent signature': `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'a class that is not the seat\'s': await new SignJWT({ class: (await place.make()).id }).setProtectedHeader({ alg: 'HS256' }).setIssuer('tagsmith').setAudience('seat').setSubject(pass.seat).setExpirationTime(monday / 1000 + 900).sign(key),
    'nothing': 'x',
  };
  for (const [name, token] of Object.entries(wrong)) expect([name, (await refused(place.call({ token })))?.status]).toEqual([name, 401]);
  for (const headers of [{}, { authorization: pass.token }, { authorization: 'Bearer' }, { authorization: `Basic ${pass.token}` }] as Record<string, string>[]) expect((await place.ask('GET', '/class/seat', undefined, headers)).status).toBe(401);
});

test('a revoked seat is refused at once, in words, also its refresh; the teacher can let it in again', async () => {
  const pass = await place.join(made.code);
  const seat = `/class/classes/${made.id}/seats/${pass.seat}`;
  expect(await (await place.teach('PATCH', seat, { revoked: true })).json()).toMatchObject({ id: pass.seat, revoked: true });
  expect(await refused(place.call(pass))).toEqual({ status: 403, code: 'seat_revoked', message: 'The teacher has closed this seat.' });
  expect((await place.learn(pass)).status).toBe(403);
  expect((await place.ask('POST', '/class/refresh', { refresh: pass.refresh })).status).toBe(403);
  await place.teach('PATCH', seat, { revoked: false });
  expect((await place.call(pass)).seat).toBe(pass.seat);
});

test('a seat that was left is dead for good, and what it used stays with the class', async () => {
  const pass = await place.join(made.code);
  expect((await place.learn(pass, 'DELETE')).status).toBe(204);
  expect(await refused(place.call(pass))).toMatchObject({ status: 401, code: 'no_such_seat' });
  await place.teach('PATCH', `/class/classes/${made.id}/seats/${pass.seat}`, { revoked: false });
  expect(await refused(place.call(pass))).toMatchObject({ status: 401 });
  expect((await place.ask('POST', '/class/refresh', { refresh: pass.refresh })).status).toBe(401);
  expect((await place.report(made.id)).seats).toMatchObject([{ id: pass.seat, revoked: true }]);
});

test('a paused class refuses calls in words, but shows itself', async () => {
  const pass = await place.join(made.code);
  expect(await (await place.teach('PATCH', `/class/classes/${made.id}`, { paused: true })).json()).toMatchObject({ paused: true, open: true });
  expect(await refused(place.call(pass))).toEqual({ status: 403, code: 'class_paused', message: 'The teacher has paused the class. Wait until it goes on.' });
  expect(await (await place.learn(pass)).json()).toMatchObject({ class: { paused: true, open: true } });
  await place.teach('PATCH', `/class/classes/${made.id}`, { paused: false });
  expect((await place.call(pass)).seat).toBe(pass.seat);
});

const openings: [string, object, string, boolean][] = [
  ['before its opening', { opens: '2026-11-23T12:00:00+01:00' }, '2026-11-23T10:59:59Z', false],
  ['at its opening', { opens: '2026-11-23T12:00:00+01:00' }, '2026-11-23T11:00:00Z', true],
  ['before its closing', { closes: '2026-11-23T12:00:00Z' }, '2026-11-23T11:59:59Z', true],
  ['at its closing', { closes: '2026-11-23T12:00:00Z' }, '2026-11-23T12:00:00Z', false],
  ['before eight in Lisbon in winter', { hours: { from: '08:00', to: '17:00', zone: 'Europe/Lisbon' } }, '2026-11-24T07:59:59Z', false],
  ['at eight in Lisbon in winter', { hours: { from: '08:00', to: '17:00', zone: 'Europe/Lisbon' } }, '2026-11-24T08:00:00Z', true],
  ['at five in Lisbon in winter', { hours: { from: '08:00', to: '17:00', zone: 'Europe/Lisbon' } }, '2026-11-24T17:00:00Z', false],
  ['at eight in Lisbon in summer, seven in UTC', { hours: { from: '08:00', to: '17:00', zone: 'Europe/Lisbon' }, expires: '2027-08-01T00:00:00Z' }, '2027-06-01T07:00:00Z', true],
  ['at half past four in Lisbon in summer, half past three in UTC', { hours: { from: '16:20', to: '16:40', zone: 'Europe/Lisbon' }, expires: '2027-08-01T00:00:00Z' }, '2027-06-01T15:30:00Z', true],
  ['in Auckland\'s morning, the day before in UTC', { hours: { from: '08:00', to: '17:00', zone: 'Pacific/Auckland' } }, '2026-11-23T20:30:00Z', true],
  ['in an evening class over midnight', { hours: { from: '22:00', to: '02:00', zone: 'UTC' } }, '2026-11-24T01:00:00Z', true],
  ['outside of an evening class', { hours: { from: '22:00', to: '02:00', zone: 'UTC' } }, '2026-11-24T12:00:00Z', false],
  ['at midnight', { hours: { from: '00:00', to: '06:00', zone: 'UTC' } }, '2026-11-24T00:00:00Z', true],
  ['when it has expired', {}, '2026-11-30T10:00:00Z', false],
];

test.each(openings)('%s', async (_, changes, at, open) => {
  const { code } = await place.make(changes);
  const { refresh } = await place.join(code);
  place.now = Date.parse(at);
  const pass = (await (await place.ask('POST', '/class/refresh', { refresh })).json()) as Pass;
  const found = await refused(place.call(pass));
  if (open) expect(found).toBeUndefined();
  else expect(found).toMatchObject({ status: 403, code: 'class_closed', message: expect.stringMatching(/^The class /) });
  expect(await (await place.learn(pass)).json()).toMatchObject({ class: { open } });
});

test('nobody joins a class that has expired', async () => {
  place.now = Date.parse(made.expires);
  expect(await errorOf(place.ask('POST', '/class/join', { code: made.code, nickname: 'Ana' }))).toMatchObject({ status: 403, code: 'class_closed', message: 'The class ended at 2026-11-30 10:00 UTC.' });
});

test('a change of the models holds for tokens that are out', async () => {
  const pass = await place.join(made.code);
  await place.teach('PATCH', `/class/classes/${made.id}`, { models: ['small'] });
  expect((await place.call(pass)).models).toEqual(['small']);
});

test('classes know nothing of each other: scope, accounts, names and reports are apart', async () => {
  const other = await place.make({ name: 'Other' });
  const [ana, bo] = [await place.join(made.code), await place.join(other.code)];
  expect(bo.nickname).toBe('Ana');
  const [one, two] = [await place.call(ana), await place.call(bo)];
  expect(one.scope).not.toBe(two.scope);
  expect(one.accounts.filter((account) => two.accounts.includes(account))).toEqual([]);
  expect((await place.report(made.id)).seats.map(({ id }) => id)).toEqual([ana.seat]);
  expect((await place.teach('PATCH', `/class/classes/${made.id}/seats/${bo.seat}`, { revoked: true })).status).toBe(404);
});

test('a student that joins while the caps change, or while the class ends, is never without bounds', async () => {
  const [joined] = await Promise.all([place.join(made.code), place.teach('PATCH', `/class/classes/${made.id}`, { caps: { seat: { dollars: 0.01 } } })]);
  expect((await place.books.account(`seat:${joined.seat}`)).caps.money).toBe(0.01 * DOLLAR);
  const [late] = await Promise.all([place.ask('POST', '/class/join', { code: made.code, nickname: 'Late' }), place.teach('DELETE', `/class/classes/${made.id}`)]);
  if (late.status === 201) expect(await refused(place.call((await late.json()) as Pass))).toMatchObject({ status: 401 });
  expect(await place.books.list('class/')).toEqual([]);
  expect((await place.books.account(`seat:${joined.seat}`)).caps).toEqual({});
});

test('that a seat was seen is written every half minute, not with every call', async () => {
  const pass = await place.join(made.code);
  const seen = async (): Promise<string | null> => (await place.report(made.id)).seats[0]!.seen;
  expect(await seen()).toBeNull();
  for (const [after, expected] of [[0, 0], [29_000, 0], [2000, 31_000]] as const) {
    place.now += after;
    await place.call(pass);
    expect(await seen()).toBe(new Date(monday + expected).toISOString());
  }
});

test('answers that hold codes or tokens are not to be kept by anything in between', async () => {
  expect((await place.ask('POST', '/class/join', { code: made.code, nickname: 'Ana' })).headers.get('cache-control')).toBe('no-store');
  expect((await place.teach('GET', '/class/classes')).headers.get('cache-control')).toBe('no-store');
});
