import { getConnInfo } from '@hono/node-server/conninfo';
import { deleteCookie, setCookie } from 'hono/cookie';
import { parse } from 'hono/utils/cookie';
import { readRequest } from '../body.ts';
import { row, type Access, type ProxyContext, type Route } from '../route.ts';
import { sessionHours } from './admin.ts';
import type { Classes } from './classes.ts';
import { classChange, join, newClass, refresh, seatChange, session } from './input.ts';
import { unauthorized } from './tokens.ts';
import { usageTable } from './usage.ts';

/** Holds the teacher's session. */
const sessionCookie = 'tagsmith-teacher';
const cookie = { path: '/class', httpOnly: true, secure: true, sameSite: 'Strict' } as const;

/** The rows of the route table for class mode. */
export function classRoutes(classes: Classes): Route[] {
  const { admin, seats, models } = classes;
  const access = classAccess(classes);
  return [
    row('GET', '/class', 'public', async (context) => {
      const teacher = await access.teacher(context.req.raw).then(() => true, () => false);
      return context.json({ mode: 'class', teacher });
    }),
    row('POST', '/class/session', 'public', async (context) => {
      const { secret } = await readRequest(context.req.raw, session);
      setCookie(context, sessionCookie, await admin.open(secret, addressOf(context)), { ...cookie, maxAge: sessionHours * 3600 });
      return context.body(null, 204);
    }),
    row('DELETE', '/class/session', 'public', (context) => {
      deleteCookie(context, sessionCookie, cookie);
      return context.body(null, 204);
    }),
    row('GET', '/class/classes', 'teacher', async (context) => context.json({ classes: await classes.list(), models })),
    row('POST', '/class/classes', 'teacher', async (context) => context.json(await classes.create(await readRequest(context.req.raw, newClass)), 201)),
    row('GET', '/class/classes/:id', 'teacher', async (context) => context.json(await classes.report(context.req.param('id')!))),
    row('PATCH', '/class/classes/:id', 'teacher', async (context) =>
      context.json(await classes.change(context.req.param('id')!, await readRequest(context.req.raw, classChange))),
    ),
    row('PATCH', '/class/classes/:id/seats/:seat', 'teacher', async (context) => {
      const { id, seat } = context.req.param() as { id: string; seat: string };
      return context.json(await classes.changeSeat(id, seat, await readRequest(context.req.raw, seatChange)));
    }),
    row('DELETE', '/class/classes/:id', 'teacher', async (context) => {
      await classes.end(context.req.param('id')!);
      return context.body(null, 204);
    }),
    row('GET', '/class/classes/:id/usage.csv', 'teacher', async (context) => {
      const table = usageTable((await classes.report(context.req.param('id')!)).seats);
      return context.body(table, 200, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="usage.csv"' });
    }),
    row('POST', '/class/join', 'public', async (context) =>
      context.json(await seats.join(await readRequest(context.req.raw, join), addressOf(context)), 201),
    ),
    row('POST', '/class/refresh', 'public', async (context) => context.json(await seats.refresh(await readRequest(context.req.raw, refresh)))),
    row('GET', '/class/seat', 'caller', async (context) => context.json(await seats.report(context.get('caller')))),
    row('DELETE', '/class/seat', 'caller', async (context) => {
      await seats.leave(context.get('caller'));
      return context.body(null, 204);
    }),
  ];
}

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

/** Of the connection's other end; headers could claim any. */
function addressOf(context: ProxyContext): string {
  return getConnInfo(context).remote.address ?? 'unknown';
}
