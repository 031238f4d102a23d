import { deleteCookie, setCookie } from 'hono/cookie';
import type { Guard, ProxyContext, Route } from '../route.ts';
import { ClassAccess, sessionCookie } from './access.ts';
import { sessionHours } from './admin.ts';
import type { Classes } from './classes.ts';
import { classChange, join, newClass, readBody, refresh, seatChange, session } from './input.ts';
import { usageTable } from './usage.ts';

const cookie = { path: '/class', httpOnly: true, secure: true, sameSite: 'Strict' } as const;

/** The rows of the route table for class mode. */
export function classRoutes(classes: Classes): Route[] {
  const { admin, seats, name, models } = classes;
  const access = new ClassAccess(classes);
  return [
    row('GET', '/class', 'public', async (context) => {
      const teacher = await access.teacher(context.req.raw).then(() => true, () => false);
      return context.json({ mode: 'class', teacher, name });
    }),
    row('POST', '/class/session', 'public', async (context) => {
      const { secret } = await readBody(context.req.raw, session);
      setCookie(context, sessionCookie, await admin.open(secret, addressOf(context)), { ...cookie, maxAge: sessionHours * 3600 });
      return context.body(null, 204);
    }),
    row('DELETE', '/class/session', 'public', (context) => {
      deleteCookie(context, sessionCookie, cookie);
      return context.body(null, 204);
    }),
    row('GET', '/class/classes', 'teacher', async (context) => context.json({ classes: await classes.list(), models })),
    row('POST', '/class/classes', 'teacher', async (context) => context.json(await classes.create(await readBody(context.req.raw, newClass)), 201)),
    row('GET', '/class/classes/:id', 'teacher', async (context) => context.json(await classes.report(part(context, 'id')))),
    row('PATCH', '/class/classes/:id', 'teacher', async (context) => context.json(await classes.change(part(context, 'id'), await readBody(context.req.raw, classChange)))),
    row('PATCH', '/class/classes/:id/seats/:seat', 'teacher', async (context) =>
      context.json(await classes.changeSeat(part(context, 'id'), part(context, 'seat'), await readBody(context.req.raw, seatChange))),
    ),
    row('DELETE', '/class/classes/:id', 'teacher', async (context) => {
      await classes.end(part(context, 'id'));
      return context.body(null, 204);
    }),
    row('GET', '/class/classes/:id/usage.csv', 'teacher', async (context) => {
      const table = usageTable((await classes.report(part(context, 'id'))).seats);
      return context.body(table, 200, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="usage.csv"' });
    }),
    row('POST', '/class/join', 'public', async (context) => context.json(await seats.join(await readBody(context.req.raw, join), addressOf(context)), 201)),
    row('POST', '/class/refresh', 'public', async (context) => context.json(await seats.refresh(await readBody(context.req.raw, refresh)))),
    row('GET', '/class/seat', 'caller', async (context) => context.json(await seats.report(context.get('caller')))),
    row('DELETE', '/class/seat', 'caller', async (context) => {
      await seats.leave(context.get('caller'));
      return context.body(null, 204);
    }),
  ];
}

/** Codes, tokens and names are in these answers: nothing in between shall keep one. */
function row(method: Route['method'], path: string, guard: Guard, handler: Route['handler']): Route {
  return {
    method,
    path,
    guard,
    handler(context) {
      context.header('cache-control', 'no-store');
      return handler(context);
    },
  };
}

function part(context: ProxyContext, name: string): string {
  return context.req.param(name) ?? '';
}

/** Of the connection's other end; headers could claim any. */
function addressOf({ env }: ProxyContext): string {
  return (env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming?.socket?.remoteAddress ?? 'unknown';
}
