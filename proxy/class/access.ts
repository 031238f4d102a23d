import { parse } from 'hono/utils/cookie';
import type { Access } from '../route.ts';
import type { Classes } from './classes.ts';
import { unauthorized } from './tokens.ts';

/** Holds the teacher's session. */
export const sessionCookie = 'tagsmith-teacher';

/** In class mode: students by the token of their seat, the teacher by the session's cookie. */
export function classAccess({ admin, seats }: Classes): Access {
  return {
    async caller(request) {
      const token = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
      const help = 'Join a class with its code, and send "Authorization: Bearer <token>".';
      if (token === undefined) throw unauthorized('no_token', `Without a token of a seat nothing goes on here. ${help}`);
      // A student may look at the seat and leave it while the class rests.
      return seats.caller(token, new URL(request.url).pathname === '/class/seat');
    },
    teacher: (request) => admin.check(parse(request.headers.get('cookie') ?? '', sessionCookie)[sessionCookie]),
  };
}
