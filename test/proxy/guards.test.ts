import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp, routeTable, type Dependencies } from '../../proxy/app.ts';
import type { Access, Route } from '../../proxy/route.ts';
import { usualCeilings } from '../../proxy/chat/ceilings.ts';
import { modelsOf } from '../../proxy/chat/model.ts';
import { openUpstream } from '../../proxy/chat/upstream.ts';
import { ApiError } from '../../proxy/error.ts';
import { openClasses, type Classes } from '../../proxy/class/classes.ts';
import { classRoutes } from '../../proxy/class/routes.ts';
import { openLog } from '../../proxy/log.ts';
import { Metrics } from '../../proxy/metrics.ts';
import { openSolo } from '../../proxy/solo.ts';
import type { Books } from '../../proxy/store/books.ts';
import { openStore } from '../../proxy/store/open.ts';
import { configOf, KEY, provider, startProxy, type UnderTest } from './proxy-under-test.ts';
import { UpstreamServer } from './upstream-server.ts';

/** What anybody may ask for. A route that shall join them is added here, on purpose. */
const open = {
  solo: ['GET /healthz', 'GET /open/:token', 'GET /class', 'GET /models/index.json', 'GET /models/:id/:file', 'GET *'],
  class: ['GET /healthz', 'GET /class', 'POST /class/session', 'DELETE /class/session', 'POST /class/join', 'POST /class/refresh', 'GET /models/index.json', 'GET /models/:id/:file', 'GET *'],
};

let books: Books;
let classes: Classes;
let soloRoutes: Route[];
beforeAll(async () => {
  books = await openStore(':memory:');
  classes = await openClasses({ books, secret: Buffer.alloc(32, 1) });
  soloRoutes = (await openSolo(configOf([]), books)).modeRoutes;
});
afterAll(async () => {
  classes.close();
  await books.close();
});

function dependencies(mode: 'solo' | 'class', access: Access): Dependencies {
  const providers = [provider('http://127.0.0.1:9/v1')];
  return {
    app: new Map(), encoders: { list: () => Promise.resolve([]) }, access,
    modeRoutes: mode === 'class' ? classRoutes(classes) : soloRoutes,
    models: modelsOf(providers), upstreams: new Map(providers.map((one) => [one.name, openUpstream(one, usualCeilings)])),
    books, ceilings: usualCeilings, cachedReplies: 0, log: openLog('silent'), metrics: new Metrics(),
  };
}

const closed = (): never => {
  throw new ApiError(401, 'closed', 'closed');
};

describe.each(['solo', 'class'] as const)('every route of a %s server', (mode) => {
  test('is a row of the table, and every handler stands behind its guard', () => {
    const parts = dependencies(mode, { caller: closed, teacher: closed });
    const app = createApp({ names: [], appOrigin: null }, parts);
    const rows = routeTable(parts);
    // Hono lists each handler: three that are there for all, then a guard and a handler for each row.
    const [forAll, forRows] = [app.routes.slice(0, 3), app.routes.slice(3)];
    expect(forAll.map(({ method, path }) => `${method} ${path}`)).toEqual(['ALL /*', 'ALL /*', 'ALL /*']);
    expect(forRows.map(({ method, path }) => `${method} ${path}`)).toEqual(rows.flatMap(({ method, path }) => [0, 1].map(() => `${method} ${path === '*' ? '/*' : path}`)));
  });

  test('runs its own guard and no other; nobody gets by without', async () => {
    const asked: string[] = [];
    const refuse = (who: string) => () => {
      asked.push(who);
      return Promise.reject(new ApiError(401, who, who));
    };
    const parts = dependencies(mode, { caller: refuse('caller'), teacher: refuse('teacher') });
    const app = createApp({ names: [], appOrigin: null }, parts);
    for (const { method, path, guard } of routeTable(parts)) {
      asked.length = 0;
      const address = path.replace('*', '/nothing').replace(/:\w+(\{.*\})?/g, 'x');
      const response = await app.request(`http://localhost${address}`, { method, headers: { host: 'localhost' } }, { incoming: { socket: { remoteAddress: '192.0.2.1' } } });
      // `GET /class` says whether a teacher asks, and so looks.
      const asksItself = mode === 'class' && path === '/class';
      expect([`${method} ${path}`, asksItself ? [] : asked, guard === 'public' || response.status === 401]).toEqual([`${method} ${path}`, guard === 'public' ? [] : [guard], true]);
    }
  });

  test('that is open to all is named here', () => {
    expect(routeTable(dependencies(mode, { caller: closed, teacher: closed })).filter(({ guard }) => guard === 'public').map(({ method, path }) => `${method} ${path}`)).toEqual(open[mode]);
  });
});

describe('a client', () => {
  let upstream: UpstreamServer;
  let proxy: UnderTest;
  beforeAll(async () => {
    upstream = await UpstreamServer.start();
    proxy = await startProxy(configOf([provider(upstream.url)], { logLevel: 'silent' }));
  });
  afterAll(async () => {
    await proxy.close();
    await upstream.stop();
  });

  const headerName = fc.constantFrom('x-base-url', 'x-upstream', 'forwarded', 'x-forwarded-host', 'x-forwarded-for', 'openai-organization', 'api-key', 'x-api-key', 'cookie', 'referer', 'x-stainless-lang', 'user-agent', 'accept', 'x-portkey-custom-host', 'proxy-authorization', 'te', 'via');
  const headers = fc.dictionary(headerName, fc.stringMatching(/^[\x21-\x7e]{1,40}$/), { maxKeys: 6 });
  const query = fc.webQueryParameters({ size: 'small' });
  const fields = fc.dictionary(fc.constantFrom('base_url', 'baseURL', 'api_base', 'api_key', 'url', 'host', 'path', 'headers', 'extra_headers', '__proto__', 'constructor', 'user', 'metadata', 'store', 'seed', 'temperature'), fc.oneof(fc.string(), fc.integer(), fc.constant('http://169.254.169.254/'), fc.object({ maxDepth: 1 })), { maxKeys: 4 });

  test('changes nothing of host, path, key and headers upstream, whatever it sends', async () => {
    await proxy.chat();
    const usual = upstream.seen[0]!;
    await fc.assert(
      fc.asyncProperty(headers, query, fields, async (sent, search, extra) => {
        const before = upstream.seen.length;
        const body = JSON.stringify({ model: 'small', messages: [{ role: 'user', content: 'Hello there' }], ...extra });
        const response = await proxy.ask(`/v1/chat/completions?${search}`, { method: 'POST', body, headers: sent });
        await response.text();
        if (response.status !== 200) {
          expect(upstream.seen.length).toBe(before);
          return;
        }
        const seen = upstream.seen.at(-1)!;
        expect(seen.path).toBe('/v1/chat/completions');
        expect(seen.headers.authorization).toBe(`Bearer ${KEY}`);
        expect({ ...seen.headers, 'content-length': '' }).toEqual({ ...usual.headers, 'content-length': '' });
        expect(Object.keys(seen.body).filter((name) => !['model', 'messages', 'max_completion_tokens', 'seed', 'temperature'].includes(name))).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(upstream.seen.length).toBeGreaterThan(20);
  });

  test('reaches no path upstream but the one', async () => {
    const before = upstream.seen.length;
    for (const path of ['/v1/chat/completions/../../admin', '/v1//chat/completions', '/v1/chat%2fcompletions', '/v1/embeddings', '/v1/chat/completions/x', '/v1/models/../../x', '/v1/files']) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
        const response = await proxy.ask(path, { method, ...(method === 'GET' ? {} : { body: '{}' }) });
        expect([path, method, response.status]).not.toEqual([path, method, 200]);
      }
    }
    expect(upstream.seen.length).toBe(before);
  });

  test('without the token, or with a wrong one, may do nothing', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer x', `Bearer ${KEY}`, `Basic ${proxy.soloToken}`, `Bearer ${proxy.soloToken}x`]) {
      const response = await proxy.chat({}, { authorization });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { type: 'authentication_error', code: 'no_token' } });
    }
  });

  test('gets the cookie by the printed address, which other sites cannot use', async () => {
    const opened = await proxy.ask(`/open/${proxy.soloToken}`, { headers: { authorization: '' } });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
    const cookie = opened.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const own = { authorization: '', cookie: cookie.split(';')[0]! };
    expect((await proxy.chat({}, own)).status).toBe(200);
    expect((await proxy.chat({}, { ...own, origin: 'https://evil.example' })).status).toBe(403);
    expect((await proxy.chat({}, { ...own, host: 'evil.example' })).status).toBe(421);
    expect((await proxy.ask('/open/wrong', { headers: { authorization: '' } })).status).toBe(401);
  });
});
