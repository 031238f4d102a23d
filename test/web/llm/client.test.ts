import { afterEach, describe, expect, it } from 'vitest';
import { SOLO_ACCOUNT } from '../../../proxy/solo.ts';
import { openAiSource, type OpenAiOptions } from '../../../web/src/llm/client.ts';
import { requestKey } from '../../../web/src/llm/key.ts';
import { atOnceWithin, readLimits } from '../../../web/src/llm/limits.ts';
import { LlmFailure, type LlmReply, type LlmRequest, type LlmSource } from '../../../web/src/llm/task.ts';
import { configOf, provider, startProxy, type UnderTest } from '../../proxy/proxy-under-test.ts';
import { UpstreamServer, type Behaviour } from '../../proxy/upstream-server.ts';
import { terms } from './fixtures.ts';

const request: LlmRequest = { task: 'shout.v1', model: 'small', messages: [{ role: 'user', content: 'Héllo there' }], sampling: { maxTokens: 50 }, draw: 0 };

const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

async function upstream(behaviour?: Behaviour): Promise<UpstreamServer> {
  const server = await UpstreamServer.start();
  toClose.unshift(() => server.stop());
  if (behaviour) server.behaviour = behaviour;
  return server;
}

/** A source that asks the proxy, without a socket between the two. */
async function throughProxy(behaviour?: Behaviour, changes: Partial<OpenAiOptions> = {}): Promise<{ source: LlmSource; proxy: UnderTest; server: UpstreamServer; headers: Headers[] }> {
  const server = await upstream(behaviour);
  const proxy = await startProxy(configOf([provider(server.url)]));
  toClose.unshift(() => proxy.close());
  const headers: Headers[] = [];
  const source = openAiSource({
    kind: 'proxy',
    name: 'Proxy',
    baseURL: 'http://localhost:8787/v1',
    headers: () => ({ authorization: `Bearer ${proxy.soloToken}` }),
    terms: () => terms,
    fetch: (url, init) => {
      headers.push(new Headers(init?.headers));
      return Promise.resolve(proxy.app.request(url as string, { ...init, headers: { host: 'localhost:8787', ...Object.fromEntries(new Headers(init?.headers)) } }));
    },
    ...changes,
  });
  return { source, proxy, server, headers };
}

const signal = () => new AbortController().signal;
const ask = (source: LlmSource, given = request): Promise<LlmReply> => source.complete(given, signal());
const failure = async (source: LlmSource, given = request): Promise<LlmFailure> => {
  const error: unknown = await ask(source, given).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LlmFailure)) throw new Error(`Expected an LlmFailure, got ${String(error)}`);
  return error;
};

const status = (code: number, body: unknown = {}, headers: Record<string, string> = {}): Behaviour => ({ response }) => void response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

describe('a request to the proxy', () => {
  it('brings the text, why it ended, the tokens, and the cost as the proxy books it', async () => {
    const { source, proxy } = await throughProxy();
    const reply = await ask(source);
    const { spent } = await proxy.books.account(SOLO_ACCOUNT);
    expect(reply).toMatchObject({ text: 'Hello 1', finish: 'stop', model: 'small' });
    expect(reply.usage!.prompt + reply.usage!.completion).toBe(spent.tokens);
    expect(Math.round(reply.dollars! * 1e9)).toBe(spent.money);
    expect(reply.milliseconds).toBeGreaterThanOrEqual(0);
  });

  it('says what was asked for and nothing else', async () => {
    const { source, server } = await throughProxy();
    await ask(source, { ...request, sampling: { maxTokens: 9, temperature: 0, topP: 0.5, stop: ['\n'], json: true }, draw: 3 });
    await ask(source);
    expect(server.seen[0]!.body).toEqual({ model: 'small', messages: request.messages, max_completion_tokens: 9, temperature: 0, top_p: 0.5, stop: ['\n'], response_format: { type: 'json_object' }, seed: 3 });
    expect(server.seen[1]!.body).toEqual({ model: 'small', messages: request.messages, max_completion_tokens: 50 });
  });

  it('says who asks, and which request it is, but nothing of the package', async () => {
    const { source, proxy, headers } = await throughProxy();
    await ask(source);
    expect(headers[0]!.get('authorization')).toBe(`Bearer ${proxy.soloToken}`);
    expect(headers[0]!.get('idempotency-key')).toBe(await requestKey(request, 'proxy'));
    expect([...headers[0]!.keys()].filter((name) => name.startsWith('x-stainless'))).toEqual([]);
  });

  it('that is under way already is joined: it is asked and paid once', async () => {
    const { source, server, proxy } = await throughProxy();
    server.delay = 50;
    const replies = await Promise.all([ask(source), ask(source)]);
    expect(replies[0].text).toBe(replies[1].text);
    expect([server.seen.length, (await proxy.books.account(SOLO_ACCOUNT)).spent.requests]).toEqual([1, 1]);
  });

  it('that is broken off is broken off upstream, and rejects with the reason', async () => {
    const { source, server } = await throughProxy(() => undefined);
    const control = new AbortController();
    const asked = source.complete(request, control.signal);
    await expect.poll(() => server.seen.length).toBe(1);
    control.abort(new LlmFailure('late', 'Too long.'));
    await expect(asked).rejects.toThrow('Too long.');
    await expect.poll(() => server.cancelled).toBe(1);
  });
});

describe('what the proxy says instead of a reply', () => {
  it.each<[string, Behaviour, Partial<LlmFailure>]>([
    ['the service takes no more calls', status(429, {}, { 'retry-after': '2' }), { kind: 'limited', retryAfter: 2000, mayCost: false }],
    ['the service is in trouble', status(500), { kind: 'failed', mayCost: false }],
    ['the service refuses the request', status(400, { error: { message: 'No such thing.' } }), { kind: 'refused', message: 'service refuses the request (400): No such thing.', mayCost: false }],
    ["the proxy's key is refused", status(401), { kind: 'unauthorised' }],
    ["the proxy's account has run out", status(402), { kind: 'spent' }],
    ['the reply broke off', ({ response }) => void response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy()), { kind: 'cut', mayCost: true }],
    ['the reply is no completion', status(200, { hello: 'there' }), { kind: 'failed', mayCost: true }],
  ])('%s', async (_what, behaviour, expected) => {
    const { source, proxy } = await throughProxy(behaviour);
    expect(await failure(source)).toMatchObject(expected);
    const { unresolved } = await proxy.books.account(SOLO_ACCOUNT);
    expect(unresolved.requests).toBe(expected.mayCost ? 1 : 0);
  });

  it('there is no budget left: it is spent, in the proxy’s words', async () => {
    const { source, proxy } = await throughProxy();
    await proxy.books.setCaps(SOLO_ACCOUNT, { money: 10 });
    expect(await failure(source)).toMatchObject({ kind: 'spent', message: expect.stringContaining('too little for this call') as string });
  });

  it('the budget is held by open calls: it is limited', async () => {
    const { source, proxy } = await throughProxy();
    await proxy.close();
    const server = await upstream();
    const tight = await startProxy(configOf([provider(server.url)], {}, { waitSeconds: 0.05 }));
    toClose.unshift(() => tight.close());
    await tight.books.setCaps(SOLO_ACCOUNT, { concurrency: 1 });
    server.delay = 300;
    const own = openAiSource({ kind: 'proxy', name: 'Proxy', baseURL: 'http://localhost:8787/v1', headers: () => ({ authorization: `Bearer ${tight.soloToken}` }), fetch: (url, init) => Promise.resolve(tight.app.request(url as string, { ...init, headers: { host: 'localhost:8787', ...Object.fromEntries(new Headers(init?.headers)) } })) });
    const [first, second] = await Promise.allSettled([ask(own), ask(own, { ...request, draw: 1 })]);
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((second.status === 'rejected' ? second : (first as PromiseRejectedResult)).reason).toMatchObject({ kind: 'limited', retryAfter: 5000 });
    expect(source.name).toBe('Proxy');
  });

  it('nobody asks in the name of a seat that is not there', async () => {
    const { source } = await throughProxy(undefined, { headers: () => ({}) });
    expect(await failure(source)).toMatchObject({ kind: 'unauthorised' });
  });

  it('the model is not on its list', async () => {
    const { source } = await throughProxy();
    expect(await failure(source, { ...request, model: 'large' })).toMatchObject({ kind: 'refused', message: expect.stringContaining('There are: small, other.') as string });
  });
});

describe('a server on this machine', () => {
  const local = async (behaviour?: Behaviour): Promise<{ source: LlmSource; server: UpstreamServer }> => {
    const server = await upstream(behaviour);
    return { server, source: openAiSource({ kind: 'local', name: 'Ollama', baseURL: server.url }) };
  };

  it('is asked without a key, without a cost, and with no header that it would have to allow', async () => {
    const { source, server } = await local();
    expect(await ask(source)).toMatchObject({ text: 'Hello 1', dollars: null });
    const names = Object.keys(server.seen[0]!.headers);
    expect(names.filter((name) => /^(?:authorization|idempotency-key|openai-|x-stainless-)/.test(name))).toEqual([]);
    expect(server.seen[0]!.body).toEqual({ model: 'small', messages: request.messages, max_tokens: 50 });
  });

  it.each<[string, Behaviour]>([
    ['before its headers', ({ response }) => void response.destroy()],
    ['in the middle', ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":[{"mess', () => setTimeout(() => response.destroy(), 20))],
    ['with a whole answer of half the JSON', ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[{"mess')],
  ])('that breaks off %s gives no reply', async (_where, behaviour) => {
    const { kind, mayCost } = await failure((await local(behaviour)).source);
    expect(['cut', 'lost']).toContain(kind);
    expect(mayCost).toBe(true);
  });

  it('that is not there is lost, and has cost nothing', async () => {
    const { source, server } = await local();
    await server.stop();
    expect(await failure(source)).toMatchObject({ kind: 'lost', mayCost: false, message: expect.stringContaining('can\'t be reached') as string });
  });

  it('that hangs in the middle of its reply is broken off', async () => {
    const { source, server } = await local(({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":'));
    const control = new AbortController();
    const asked = source.complete(request, control.signal);
    await expect.poll(() => server.seen.length).toBe(1);
    setTimeout(() => control.abort(new LlmFailure('late', 'Too long.')), 50);
    await expect(asked).rejects.toThrow('Too long.');
    await expect.poll(() => server.cancelled).toBe(1);
  });

  it.each<[string, unknown, Partial<LlmReply>]>([
    ['without usage', { choices: [{ message: { content: 'Hi' }, finish_reason: 'length' }] }, { text: 'Hi', finish: 'length', usage: null, dollars: null, model: '' }],
    ['without content', { model: 'm', choices: [{ message: { content: null, refusal: 'No.' } }], usage: { prompt_tokens: 3, completion_tokens: 0 } }, { text: '', finish: null, usage: { prompt: 3, completion: 0 }, model: 'm' }],
    ['with hidden reasoning in the total alone', { choices: [{ message: { content: 'Hi' } }], usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 10 } }, { usage: { prompt: 3, completion: 7 } }],
  ])('may answer %s', async (_how, body, expected) => {
    expect(await ask((await local(status(200, body))).source)).toMatchObject(expected);
  });
});

describe('limits', () => {
  it('of a proxy are its models with their terms and its accounts', async () => {
    const { proxy } = await throughProxy();
    await proxy.books.setCaps(SOLO_ACCOUNT, { concurrency: 7 });
    const limits = await readLimits('http://localhost:8787/v1', { authorization: `Bearer ${proxy.soloToken}`, host: 'localhost:8787' }, async (url, init) => proxy.app.request(url as string, init));
    expect(limits?.models[0]).toEqual({ id: 'small', provider: 'service', host: expect.stringMatching(/^127\.0\.0\.1:\d+$/), ...terms });
    expect([atOnceWithin(limits!, 32), atOnceWithin(limits!, 5)]).toEqual([7, 5]);
    expect(limits!.ceilings.maxTokens).toBe(100);
  });

  it('are none of a server that is no proxy of ours', async () => {
    for (const answer of [new Response('404 page not found', { status: 404 }), Response.json({ hello: 'there' })]) {
      expect(await readLimits('http://localhost:11434/v1', {}, () => Promise.resolve(answer))).toBeNull();
    }
  });

  it('are told nobody without a key', async () => {
    const { proxy } = await throughProxy();
    await expect(readLimits('http://localhost:8787/v1', { host: 'localhost:8787' }, async (url, init) => proxy.app.request(url as string, init))).rejects.toThrow('Open the address that the server printed');
  });
});
