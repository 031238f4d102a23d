import { parse } from 'hono/utils/cookie';
import type { Access, Caller } from '../access.ts';
import type { Classes } from './classes.ts';
import { unauthorized } from './tokens.ts';

/** Holds the teacher's session. */
export const sessionCookie = 'tagsmith-teacher';

/** In class mode: students by the token of their seat, the teacher by the session's cookie. */
export class ClassAccess implements Access {
  readonly #classes: Classes;

  constructor(classes: Classes) {
    this.#classes = classes;
  }

  async caller(request: Request): Promise<Caller> {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (token === undefined) throw unauthorized('no_token', 'Without a token of a seat nothing goes on here. Join a class with its code, and send "Authorization: Bearer <token>".');
    // A student may look at the seat and leave it while the class rests.
    return this.#classes.seats.caller(token, new URL(request.url).pathname === '/class/seat');
  }

  async teacher(request: Request): Promise<void> {
    await this.#classes.admin.check(parse(request.headers.get('cookie') ?? '', sessionCookie)[sessionCookie]);
  }
}
