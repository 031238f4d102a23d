import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Access, Caller } from './access.ts';
import { ApiError } from './error.ts';
import type { Route } from './route.ts';

/** The account that all calls of a server without classes are booked on. */
export const SOLO_ACCOUNT = 'solo';

const owner: Caller = { seat: SOLO_ACCOUNT, accounts: [SOLO_ACCOUNT], scope: SOLO_ACCOUNT, models: 'all' };

/** One person on their own machine: a token made at start lets in whoever was given it, as a cookie of the page or as the key of any OpenAI client. */
export class SoloAccess implements Access {
  readonly token = `tagsmith-${randomBytes(24).toString('base64url')}`;
  readonly #cookie: string;

  /** Cookies know no ports: the name tells the servers of one machine apart. */
  constructor(port: number) {
    this.#cookie = `tagsmith-${port}`;
  }

  caller(request: Request): Promise<Caller> {
    return this.#check(request).then(() => owner);
  }

  teacher(request: Request): Promise<void> {
    return this.#check(request);
  }

  /** `/open/<token>`, the address that is printed at start, leaves the cookie and goes on to the page. */
  route(): Route {
    return {
      method: 'GET',
      path: '/open/:token',
      guard: 'public',
      handler: (context) => {
        if (!this.#isToken(context.req.param('token'))) throw new ApiError(401, 'authentication_error', 'wrong_token', 'This link is from an earlier start. Take the one that the server has printed now.');
        return context.body(null, 303, { location: '/', 'set-cookie': `${this.#cookie}=${this.token}; Path=/; HttpOnly; SameSite=Strict`, 'cache-control': 'no-store' });
      },
    };
  }

  async #check(request: Request): Promise<void> {
    const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const cookies = (request.headers.get('cookie') ?? '').split(/; */).map((cookie) => cookie.split('='));
    const given = bearer ?? cookies.find(([name]) => name === this.#cookie)?.[1];
    if (!this.#isToken(given)) throw new ApiError(401, 'authentication_error', 'no_token', 'Open the address that the server printed at its start; other programs take the key printed beside it.');
  }

  #isToken(given: string | undefined): boolean {
    const [a, b] = [Buffer.from(given ?? ''), Buffer.from(this.token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
