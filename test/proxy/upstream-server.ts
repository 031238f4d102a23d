import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request as the service saw it. */
export interface Seen {
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

/** What a service does with a request; the usual is a completion. */
export type Behaviour = (call: { seen: Seen; response: ServerResponse; usage: Usage; count: () => void; reply: () => Promise<void> }) => void | Promise<void>;

/** An LLM service that is played on the loopback: it speaks OpenAI's form, counts what it has worked, and misbehaves when told to. */
export class UpstreamServer {
  readonly seen: Seen[] = [];
  /** Tokens of all replies that it has begun to work on. */
  worked = { prompt: 0, completion: 0, calls: 0 };
  behaviour: Behaviour = ({ reply }) => reply();
  delay = 0;
  pieces = 4;
  cancelled = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response).catch(() => response.destroy()));
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(): Promise<UpstreamServer> {
    const upstream = new UpstreamServer();
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', 2048, resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen: Seen = { path: request.url ?? '', headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown> };
    this.seen.push(seen);
    const most = Number(seen.body.max_tokens ?? seen.body.max_completion_tokens);
    const prompt = Math.ceil(JSON.stringify(seen.body.messages ?? []).length / 4);
    const completion = Math.min(most, 1 + (prompt % 13)) * Number(seen.body.n ?? 1);
    const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
    let counted = false;
    const count = (): void => {
      if (counted) return;
      counted = true;
      this.worked.prompt += prompt;
      this.worked.completion += completion;
      this.worked.calls++;
    };
    const reply = (): Promise<void> => {
      count();
      return seen.body.stream ? this.#stream(seen, response, usage) : this.#plain(seen, response, usage);
    };
    response.on('close', () => {
      if (!response.writableFinished) this.cancelled++;
    });
    if (this.delay) await sleep(this.delay);
    await this.behaviour({ seen, response, usage, count, reply });
  }

  #plain({ body }: Seen, response: ServerResponse, usage: Usage): Promise<void> {
    const text = JSON.stringify({
      id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: body.model,
      choices: Array.from({ length: Number(body.n ?? 1) }, (_, index) => ({ index, message: { role: 'assistant', content: `Hello ${this.seen.length}` }, finish_reason: 'stop' })),
      usage,
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    return Promise.resolve();
  }

  async #stream({ body }: Seen, response: ServerResponse, usage: Usage): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let piece = 0; piece < this.pieces && !response.destroyed; piece++) {
      response.write(sse(chunk(body.model, [{ index: 0, delta: { content: `piece ${piece} ` }, finish_reason: null }])));
      if (this.delay) await sleep(this.delay);
    }
    if ((body.stream_options as { include_usage?: boolean } | undefined)?.include_usage) response.write(sse({ ...chunk(body.model, []), usage }));
    response.end('data: [DONE]\n\n');
  }
}

export function chunk(model: unknown, choices: unknown[]): Record<string, unknown> {
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices };
}

export const sse = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
