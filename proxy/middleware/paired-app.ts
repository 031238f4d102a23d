import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** Lets the pages of one other origin read the answers; with tokens alone, since the browser sends no cookies along. */
export function pairedApp(appOrigin: string): MiddlewareHandler {
  // The star covers what client libraries send besides; `authorization` it does not cover.
  const allow = cors({ origin: appOrigin, allowMethods: ['GET', 'POST', 'DELETE'], allowHeaders: ['authorization', '*'], exposeHeaders: ['*'], maxAge: 7200 });
  return (context, next) => (context.req.header('origin') === appOrigin ? allow(context, next) : next());
}
