import { randomBytes } from 'node:crypto';
import { parse } from 'hono/utils/cookie';
import type { Config } from './config.ts';
import { ApiError } from './error.ts';
import { row, type Access, type Caller } from './route.ts';
import { isSame } from './secret.ts';
import { DOLLAR } from './store/amounts.ts';
import type { Books } from './store/books.ts';

/** The account that all calls of a server without classes are booked on. */
export const SOLO_ACCOUNT = 'solo';

const owner: Caller = { seat: SOLO_ACCOUNT, accounts: [SOLO_ACCOUNT], scope: SOLO_ACCOUNT, models: 'all' };

/** One person on their own machine: a token made at start lets in whoever was given it, as a cookie of the page or as the key of any OpenAI client. */
export async function openSolo({ port, budget, providers }: Config, books: Books) {
  await books.setCaps(SOLO_ACCOUNT, budget === null ? {} : { money: Math.round(budget * DOLLAR) });
  const token = `tagsmith-${randomBytes(24).toString('base64url')}`;
  /** Cookies know no ports: the name tells the servers of one machine apart. */
  const cookie = `tagsmith-${port}`;

  async function teacher({ headers }: Request): Promise<void> {
    const bearer = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const help = 'Open the address that the server printed at its start; other programs take the key printed beside it.';
    const given = bearer ?? parse(headers.get('cookie') ?? '', cookie)[cookie] ?? '';
    if (!isSame(given, token)) throw new ApiError(401, 'no_token', help);
  }
  const access: Access = { teacher, caller: (request) => teacher(request).then(() => owner) };

  const modeRoutes = [
    /** The address that is printed at start leaves the cookie and goes on to the page. */
    row('GET', '/open/:token', 'public', (context) => {
      const help = 'This link is from an earlier start. Take the one that the server has printed now.';
      if (!isSame(context.req.param('token') ?? '', token)) throw new ApiError(401, 'wrong_token', help);
      return context.body(null, 303, { location: '/', 'set-cookie': `${cookie}=${token}; Path=/; HttpOnly; SameSite=Strict` });
    }),
    row('GET', '/class', 'public', (context) => context.json({ mode: 'solo', teacher: false, models: providers.length > 0 })),
  ];
  return { access, modeRoutes, soloToken: token, adminSecret: null, stop: () => {} };
}
