import { Hono } from 'hono';
import { openClasses, type Classes, type ClassesOptions } from '../../../proxy/class/classes.ts';
import { classAccess, classRoutes } from '../../../proxy/class/routes.ts';
import { ApiError } from '../../../proxy/error.ts';
import { guards, origin, security } from '../../../proxy/middleware.ts';
import type { Access, Caller, ProxyEnvironment } from '../../../proxy/route.ts';
import type { Books } from '../../../proxy/store/books.ts';
import { openStore } from '../../../proxy/store/open.ts';

export const names = ['class.example'];
/** 2026-11-23, a Monday, 10:00 UTC. */
export const monday = Date.UTC(2026, 10, 23, 10);

export interface ShownClass {
  id: string;
  name: string;
  code: string;
  link: string;
  open: boolean;
  paused: boolean;
  models: 'all' | string[];
  caps: { class: Record<string, number | null>; seat: Record<string, number | null> };
  expires: string;
}

export interface Pass {
  token: string;
  expires: string;
  refresh: string;
  seat: string;
  nickname: string;
  class: { id: string; name: string };
}

export interface Report {
  class: ShownClass;
  usage: Record<string, number>;
  seats: { id: string; nickname: string; joined: string; seen: string | null; revoked: boolean; caps: Record<string, number | null>; usage: Record<string, number> }[];
  unresolved: object[];
}

/** A class server without a socket: its time is set by the test. */
export class Place {
  now = monday;
  readonly books: Books;
  classes!: Classes;
  app!: Hono<ProxyEnvironment>;
  access!: Access;
  address = '192.0.2.1';
  cookie = '';
  adminSecret = '';

  private constructor(books: Books) {
    this.books = books;
  }

  /** A place with a teacher in it, unless the secret was shown before. */
  static async open({ books, ...options }: Partial<Omit<ClassesOptions, 'books'>> & { books?: Books } = {}): Promise<Place> {
    const place = new Place(books ?? (await openStore(':memory:')));
    const classes = await openClasses({ books: place.books, secret: Buffer.alloc(32, 7), now: () => place.now, clock: () => place.now, ...options });
    place.classes = classes;
    place.access = classAccess(classes);
    place.app = appOf(classes);
    place.adminSecret = options.adminSecret ?? classes.newSecret ?? '';
    if (place.adminSecret) await place.signIn();
    return place;
  }

  async signIn(): Promise<void> {
    const answer = await this.ask('POST', '/class/session', { secret: this.adminSecret });
    this.cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return this.app.request(`https://class.example${path}`, { method, headers: { host: 'class.example', ...headers }, ...sent }, { incoming: { socket: { remoteAddress: this.address } } });
  }

  teach(method: string, path: string, body?: unknown): Promise<Response> {
    return this.ask(method, path, body, { cookie: this.cookie });
  }

  learn({ token }: { token: string }, method = 'GET', path = '/class/seat'): Promise<Response> {
    return this.ask(method, path, undefined, { authorization: `Bearer ${token}` });
  }

  /** Whether a call to a model would be let in. */
  call({ token }: { token: string }): Promise<Caller> {
    return this.access.caller(new Request('https://class.example/v1/chat/completions', { headers: { authorization: `Bearer ${token}` } }));
  }

  async make(changes: object = {}): Promise<ShownClass> {
    const answer = await this.teach('POST', '/class/classes', { ...this.plan(), ...changes });
    if (answer.status !== 201) throw new Error(await answer.text());
    return (await answer.json()) as ShownClass;
  }

  plan(): object {
    return { name: 'Period 3', caps: { class: { dollars: 5 }, seat: { dollars: 0.5, requests: 100, concurrency: 2 } }, models: 'all', expires: new Date(monday + 7 * 24 * 3_600_000).toISOString() };
  }

  async join(code: string, nickname = 'Ana'): Promise<Pass> {
    const answer = await this.ask('POST', '/class/join', { code, nickname });
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Pass;
  }

  async report(id: string): Promise<Report> {
    return (await (await this.teach('GET', `/class/classes/${id}`)).json()) as Report;
  }
}

/** The class routes with their guards, as the proxy's app registers them. */
export function appOf(classes: Classes): Hono<ProxyEnvironment> {
  const app = new Hono<ProxyEnvironment>();
  app.use(security()).use(origin(names));
  const guard = guards(classAccess(classes));
  for (const { method, path, guard: name, handler } of classRoutes(classes)) app.on(method, path, guard[name], handler);
  app.onError((error) => {
    if (error instanceof ApiError) return error.toResponse();
    throw error;
  });
  return app;
}

export async function errorOf(answer: Response | Promise<Response>): Promise<{ status: number; code: string; message: string }> {
  const { status, ...response } = await Promise.resolve(answer).then(async (given) => ({ status: given.status, body: (await given.json()) as { error?: { code: string; message: string } } }));
  return { status, code: response.body.error?.code ?? '', message: response.body.error?.message ?? '' };
}
