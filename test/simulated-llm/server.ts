import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { simulatedSource, type SimulatedOptions } from '../../web/src/llm/simulated/source.ts';
import { LlmFailure, type ChatMessage, type LlmReply, type LlmSource } from '../../web/src/llm/task.ts';
import { chunk, sse } from '../proxy/upstream-server.ts';
import { faultOf, noFaults, type Fault, type Faults } from './faults.ts';

/** What a simulated service is started with. */
export interface SimulatedServerOptions extends SimulatedOptions {
  faults?: Partial<Faults>;
  /** A free one where absent. */
  port?: number;
}

/** A request in OpenAI's form, as far as it is looked at. `seed` is the number of the draw. */
interface Body {
  model: string;
  messages: ChatMessage[];
  max_tokens?: number;
  max_completion_tokens?: number;
  seed?: number;
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
}

/** The one model that it has. */
const MODEL = 'simulated-annotator';
/** Characters of an answer in one piece of a stream. */
const PIECE = 24;
/** Tokens of an answer where the request sets no limit. */
const MOST_TOKENS = 16_000;

/** The simulated annotator as a service on the loopback that speaks OpenAI's form, misbehaves as told, and counts what it has answered. */
export class SimulatedServer {
  /** How often each body, as it came, was answered whole. */
  readonly answered = new Map<string, number>();
  /** What was asked and what was done with it, in order. */
  readonly attempts: (Fault | 'answered' | 'refused')[] = [];
  /** Tokens of all whole answers. */
  readonly tokens = { prompt: 0, completion: 0 };
  mostAtOnce = 0;
  #atOnce = 0;
  readonly #tries = new Map<string, number>();
  readonly #source: LlmSource;
  readonly #faults: Faults;
  readonly #delay: number;
  readonly #server: Server;

  private constructor({ faults = {}, delay = 0, ...options }: SimulatedServerOptions) {
    this.#source = simulatedSource(options);
    this.#faults = { ...noFaults, ...faults };
    this.#delay = delay;
    this.#server = createServer((request, response) => void this.#serve(request, response).catch(() => response.destroy()));
    this.#server.keepAliveTimeout = 60_000;
  }

  /** @throws RangeError where the annotator's settings contradict each other */
  static async start(options: SimulatedServerOptions): Promise<SimulatedServer> {
    const server = new SimulatedServer(options);
    await new Promise<void>((resolve, reject) => server.#server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', 2048, resolve));
    return server;
  }

  /** Base URL for OpenAI's clients. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** The most often that one body was answered whole: 1 where nothing was paid twice. */
  get mostAnswered(): number {
    return Math.max(0, ...this.answered.values());
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/v1/models') return send(response, 200, { object: 'list', data: [{ id: MODEL, object: 'model', created: 1, owned_by: 'simulated' }] });
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return send(response, 404, failure(`There is nothing at ${request.url}.`));
    const chunks: Buffer[] = [];
    for await (const part of request) chunks.push(part as Buffer);
    const text = Buffer.concat(chunks).toString();
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
    response.once('close', () => this.#atOnce--);
    const attempt = this.#tries.get(text) ?? 0;
    this.#tries.set(text, attempt + 1);
    const fault = faultOf(this.#faults, text, attempt);
    if (fault !== null) this.attempts.push(fault);
    if (fault === 'hanging') return;
    if (fault === 'limited') return send(response, 429, failure('Too many requests.'), { 'retry-after': String(this.#faults.retryAfter) });
    if (this.#delay) await sleep(this.#delay);
    if (fault === 'failed') return send(response, 500, failure('Something went wrong.'));
    await this.#answer(text, response, fault === 'cut');
  }

  async #answer(text: string, response: ServerResponse, cut: boolean): Promise<void> {
    const body = JSON.parse(text) as Body;
    let reply: LlmReply;
    try {
      const sampling = { maxTokens: body.max_completion_tokens ?? body.max_tokens ?? MOST_TOKENS };
      reply = await this.#source.complete({ task: '', model: body.model, messages: body.messages, sampling, draw: body.seed ?? 0 }, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof LlmFailure)) throw error;
      this.attempts.push('refused');
      return send(response, 400, failure(error.message));
    }
    response.once('finish', () => {
      this.attempts.push('answered');
      this.answered.set(text, (this.answered.get(text) ?? 0) + 1);
      this.tokens.prompt += reply.usage!.prompt;
      this.tokens.completion += reply.usage!.completion;
    });
    if (body.stream) stream(body, reply, response, cut);
    else plain(reply, response, cut);
  }
}

function plain({ text, finish, model, usage }: LlmReply, response: ServerResponse, cut: boolean): void {
  const completion = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model, choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }], usage: usageOf(usage) };
  if (!cut) return send(response, 200, completion);
  const whole = Buffer.from(JSON.stringify(completion));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
  response.write(whole.subarray(0, whole.length / 2), () => response.destroy());
}

function stream({ stream_options: options }: Body, { text, finish, model, usage }: LlmReply, response: ServerResponse, cut: boolean): void {
  const delta = (content: object, finish_reason: string | null): string => sse(chunk(model, [{ index: 0, delta: content, finish_reason }]));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(delta({ role: 'assistant', content: '' }, null));
  const end = cut ? text.length / 2 : text.length;
  for (let at = 0; at < end; at += PIECE) response.write(delta({ content: text.slice(at, at + PIECE) }, null));
  if (cut) return void response.write('', () => response.destroy());
  response.write(delta({}, finish));
  if (options?.include_usage) response.write(sse({ ...chunk(model, []), usage: usageOf(usage) }));
  response.end('data: [DONE]\n\n');
}

function usageOf(usage: LlmReply['usage']): object {
  const { prompt, completion } = usage!;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function failure(message: string): object {
  return { error: { message, type: 'simulated', code: null } };
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
