import { deleteCookie, setCookie } from 'hono/cookie';
import { row, type ProxyContext, type Route } from '../route.ts';
import { classAccess, sessionCookie } from './access.ts';
import { sessionHours } from './admin.ts';
import type { Classes } from './classes.ts';
import { classChange, join, newClass, readBody, refresh, seatChange, session } from './input.ts';
import { usageTable } from './usage.ts';

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
    row('GET', '/class/classes/:id', 'teacher', async (context) => context.json(await classes.report(context.req.param('id')!))),
    row('PATCH', '/class/classes/:id', 'teacher', async (context) =>
      context.json(await classes.change(context.req.param('id')!, await readBody(context.req.raw, classChange))),
    ),
    row('PATCH', '/class/classes/:id/seats/:seat', 'teacher', async (context) => {
      const { id, seat } = context.req.param() as { id: string; seat: string };
      return context.json(await classes.changeSeat(id, seat, await readBody(context.req.raw, seatChange)));
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
      context.json(await seats.join(await readBody(context.req.raw, join), addressOf(context)), 201),
    ),
    row('POST', '/class/refresh', 'public', async (context) => context.json(await seats.refresh(await readBody(context.req.raw, refresh)))),
    row('GET', '/class/seat', 'caller', async (context) => context.json(await seats.report(context.get('caller')))),
    row('DELETE', '/class/seat', 'caller', async (context) => {
      await seats.leave(context.get('caller'));
      return context.body(null, 204);
    }),
  ];
}

/** Of the connection's other end; headers could claim any. */
function addressOf({ env }: ProxyContext): string {
  return (env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming?.socket?.remoteAddress ?? 'unknown';
}
