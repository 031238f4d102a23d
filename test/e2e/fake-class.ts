import type { Page, Route } from '@playwright/test';
import type { Caps, ClassRecord, ClassSeat, Limits, Usage } from '../../web/src/state/class-records.ts';

const model = { id: 'small-model', provider: 'example', host: 'api.example.org', inputDollarsPerMillion: 0.15, outputDollarsPerMillion: 0.6, context: 128_000, maxOutput: 16_000 };
const largeModel = { ...model, id: 'large-model-with-a-long-name-2026-11', inputDollarsPerMillion: 2.5, outputDollarsPerMillion: 10 };
const ceilings = { maxTokens: 4096, characters: 200_000, messages: 200 };
export const secret = 'the-secret-of-the-teacher';
export const code = 'K7QM-2XWD-9F4H';

interface Answer {
  status?: number;
  body?: unknown;
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A server with classes, as far as pages can tell: its JSON interface over a few arrays, with nothing behind it. */
export class FakeClassServer {
  mode: 'class' | 'solo' | 'absent' = 'class';
  reachable = true;
  classes: ClassRecord[] = [];
  seats: (ClassSeat & { class: string; token: string; refresh: string })[] = [];
  unresolved: { seat: string; dollars: number; tokens: number; model: string; reason: string }[] = [];
  /** How long tokens hold. Milliseconds. */
  holds = 900_000;
  /** Every request as `GET /class`, in order. */
  readonly asked: string[] = [];
  teacher = false;
  #tokens = 0;

  async serve(page: Page): Promise<void> {
    await page.route(({ pathname }) => pathname === '/class' || pathname.startsWith('/class/') || pathname === '/v1/limits', (route) => this.#answer(route));
  }

  addClass(plan: Partial<ClassRecord> = {}): ClassRecord {
    const caps = { class: { dollars: 5, tokens: null, requests: null, concurrency: null }, seat: { dollars: 0.25, tokens: null, requests: null, concurrency: 4 } };
    const record: ClassRecord = {
      id: `c${this.classes.length + 1}`,
      name: 'Politics 9b',
      code,
      link: `/#/class?code=${code}`,
      paused: false,
      open: true,
      models: 'all',
      caps,
      opens: null,
      closes: null,
      hours: null,
      created: '2026-11-21T08:00:00.000Z',
      expires: new Date(Date.now() + 86_400_000).toISOString(),
      ...plan,
    };
    this.classes.push(record);
    return record;
  }

  addSeat(record: ClassRecord, nickname: string, usage: Partial<Usage> = {}, seat: Partial<ClassSeat> = {}): (typeof this.seats)[number] {
    const none: Usage = { dollars: 0, tokens: 0, requests: 0, reservedDollars: 0, open: 0, unresolvedRequests: 0 };
    const id = `s${this.seats.length + 1}`;
    const added = { id, nickname, joined: new Date().toISOString(), seen: new Date().toISOString(), revoked: false, caps: record.caps.seat, usage: { ...none, ...usage }, class: record.id, token: `token-${id}-0`, refresh: `refresh-${id}`, ...seat };
    this.seats.push(added);
    return added;
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const { pathname } = new URL(request.url());
    this.asked.push(`${request.method()} ${pathname}`);
    if (!this.reachable) return route.abort('connectionrefused');
    if (this.mode === 'absent') return route.fulfill({ status: 200, contentType: 'text/html', body: '<!doctype html><title>A web host</title>' });
    try {
      const { status = 200, body } = this.#handle(request.method(), pathname.split('/').slice(1), request.postDataJSON() as never, request.headers().authorization);
      if (body === undefined) return await route.fulfill({ status: 204 });
      if (typeof body === 'string') return await route.fulfill({ status, contentType: 'text/csv', headers: { 'content-disposition': 'attachment; filename="usage.csv"' }, body });
      return await route.fulfill({ status, json: body });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return route.fulfill({ status: error.status, json: { error: { message: error.message, type: 'invalid_request_error', code: 'refused', param: null } } });
    }
  }

  #handle(method: string, path: string[], body: Record<string, never>, authorization: string | undefined): Answer {
    const [area, place, id, more, seatId] = path;
    if (area === 'v1') return { body: this.mode === 'solo' ? this.#soloLimits() : this.#limits(this.#seatOf(authorization)) };
    if (place === undefined) return { body: { mode: this.mode, teacher: this.teacher } };
    if (place === 'session') {
      if (method === 'POST' && body.secret !== secret) throw new Refusal(401, 'This is not the secret that the server printed at its start.');
      this.teacher = method === 'POST';
      return {};
    }
    if (place === 'join') return { status: 201, body: this.#join(body) };
    if (place === 'refresh') return { body: this.#refresh(body) };
    if (place === 'seat') return this.#seat(method, this.#seatOf(authorization));
    if (!this.teacher) throw new Refusal(401, 'Only the teacher may do this. Sign in with the secret.');
    if (id === undefined) return method === 'POST' ? { status: 201, body: this.addClass({ ...body, id: `c${this.classes.length + 1}` }) } : { body: { classes: this.classes, models: [model.id, largeModel.id] } };
    const record = this.classes.find((candidate) => candidate.id === id);
    if (!record) throw new Refusal(404, 'There is no such class. It may have ended.');
    if (more === 'usage.csv') return { body: 'nickname,requests\r\n' };
    if (more === 'seats') return { body: Object.assign(this.seats.find((seat) => seat.id === seatId)!, body) };
    if (method === 'PATCH') return { body: this.#change(record, body) };
    if (method === 'DELETE') {
      this.classes = this.classes.filter((other) => other !== record);
      return {};
    }
    return { body: { class: record, usage: this.#usage(record), seats: this.#seatsOf(record), unresolved: this.unresolved } };
  }

  #change(record: ClassRecord, body: { caps?: { class: Caps; seat: Caps } }): ClassRecord {
    // Seats without caps of their own follow the class's.
    if (body.caps) for (const seat of this.#seatsOf(record)) if (seat.caps === record.caps.seat) seat.caps = body.caps.seat;
    return Object.assign(record, body);
  }

  #join({ code: typed, nickname }: { code?: string; nickname?: string }): object {
    const record = this.classes.find((candidate) => candidate.code === typed);
    if (!record) throw new Refusal(404, 'No class has this code. Check it letter by letter, or ask the teacher for the link.');
    const seat = this.addSeat(record, nickname!);
    return { ...this.#pass(seat), refresh: seat.refresh, seat: seat.id, nickname, class: { id: record.id, name: record.name } };
  }

  #pass(seat: { id: string; token: string }): object {
    seat.token = `token-${seat.id}-${++this.#tokens}`;
    return { token: seat.token, expires: new Date(Date.now() + this.holds).toISOString() };
  }

  #refresh({ refresh }: { refresh?: string }): object {
    const seat = this.seats.find((candidate) => candidate.refresh === refresh && this.classes.some(({ id }) => id === candidate.class));
    if (!seat) throw new Refusal(401, 'There is no such seat: the class has ended, or the seat was given up. Join again with a code.');
    if (seat.revoked) throw new Refusal(403, 'The teacher has closed this seat.');
    return this.#pass(seat);
  }

  #seatOf(authorization: string | undefined): (typeof this.seats)[number] {
    const seat = this.seats.find(({ token, class: id }) => authorization === `Bearer ${token}` && this.classes.some((record) => record.id === id));
    if (!seat) throw new Refusal(401, 'There is no such seat: the class has ended, or the seat was given up. Join again with a code.');
    if (seat.revoked) throw new Refusal(403, 'The teacher has closed this seat.');
    return seat;
  }

  #seat(method: string, seat: (typeof this.seats)[number]): Answer {
    if (method === 'DELETE') {
      this.seats = this.seats.filter((other) => other !== seat);
      return {};
    }
    const { id, name, paused, open, expires } = this.classes.find((record) => record.id === seat.class)!;
    return { body: { seat: seat.id, nickname: seat.nickname, class: { id, name, paused, open, expires }, usage: seat.usage, caps: seat.caps } };
  }

  #seatsOf(record: ClassRecord): (typeof this.seats)[number][] {
    return this.seats.filter((seat) => seat.class === record.id);
  }

  #usage(record: ClassRecord): Usage {
    const sum = (key: keyof Usage): number => this.#seatsOf(record).reduce((all, seat) => all + seat.usage[key], 0);
    return { dollars: sum('dollars'), tokens: sum('tokens'), requests: sum('requests'), reservedDollars: sum('reservedDollars'), open: sum('open'), unresolvedRequests: sum('unresolvedRequests') };
  }

  #limits(seat: (typeof this.seats)[number]): Limits {
    const record = this.classes.find(({ id }) => id === seat.class)!;
    const account = (name: string, caps: Caps, usage: Usage) => ({ name, caps, used: { dollars: usage.dollars, tokens: usage.tokens, requests: usage.requests }, reserved: { dollars: usage.reservedDollars, tokens: 0 }, open: usage.open, unresolved: { dollars: 0, requests: usage.unresolvedRequests } });
    return { models: [model, largeModel], accounts: [account('class', record.caps.class, this.#usage(record)), account('seat', seat.caps, seat.usage)], ceilings };
  }

  #soloLimits(): Limits {
    const caps = { dollars: null, tokens: null, requests: null, concurrency: null };
    return { models: [model, largeModel], accounts: [{ name: 'solo', caps, used: { dollars: 0.2, tokens: 5000, requests: 12 }, reserved: { dollars: 0, tokens: 0 }, open: 0, unresolved: { dollars: 0, requests: 0 } }], ceilings };
  }
}
