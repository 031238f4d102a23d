import { randomBytes } from 'node:crypto';
import { parse } from 'hono/utils/cookie';
import { ApiError } from './error.ts';
import { row, type Access, type Caller, type Route } from './route.ts';
import { isSame } from './secret.ts';

/** The account that all calls of a server without classes are booked on. */
export const SOLO_ACCOUNT = 'solo';

const owner: Caller = { seat: SOLO_ACCOUNT, accounts: [SOLO_ACCOUNT], scope: SOLO_ACCOUNT, models: 'all' };

/** One person on their own machine: a token made at start lets in whoever was given it, as a cookie of the page or as the key of any OpenAI client. */
export class Solo implements Access {
  readonly token = `tagsmith-${randomBytes(24).toString('base64url')}`;
  readonly #cookie: string;

  /** Cookies know no ports: the name tells the servers of one machine apart. */
  constructor(port: number) {
    this.#cookie = `tagsmith-${port}`;
  }

  async caller(request: Request): Promise<Caller> {
    await this.teacher(request);
    return owner;
  }

  async teacher({ headers }: Request): Promise<void> {
    const bearer = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const help = 'Open the address that the server printed at its start; other programs take the key printed beside it.';
    const given = bearer ?? parse(headers.get('cookie') ?? '', this.#cookie)[this.#cookie] ?? '';
    if (!isSame(given, this.token)) throw new ApiError(401, 'no_token', help);
  }

  /** `/open/<token>`, the address that is printed at start, leaves the cookie and goes on to the page. */
  route(): Route {
    return row('GET', '/open/:token', 'public', (context) => {
      const help = 'This link is from an earlier start. Take the one that the server has printed now.';
      if (!isSame(context.req.param('token') ?? '', this.token)) throw new ApiError(401, 'wrong_token', help);
      return context.body(null, 303, { location: '/', 'set-cookie': `${this.#cookie}=${this.token}; Path=/; HttpOnly; SameSite=Strict` });
    });
  }
}
