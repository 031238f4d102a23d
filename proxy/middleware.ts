import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import { isLoopback } from './config.ts';
import { hashedSeat, type Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { securityHeaders } from './policy.ts';
import type { Access, Guard, ProxyEnvironment } from './route.ts';

/** The guards by name: a route's handler runs when its guard has let the request in. */
export function guards(access: Access): Record<Guard, MiddlewareHandler<ProxyEnvironment>> {
  return {
    public: (_context, next) => next(),
    caller: async (context, next) => {
      context.set('caller', await access.caller(context.req.raw));
      await next();
    },
    teacher: async (context, next) => {
      await access.teacher(context.req.raw);
      await next();
    },
  };
}

/**
 * Lets in only who calls the server by one of its names, from its own pages. A page elsewhere can make a name of its
 * own point at this machine (DNS rebinding): then the browser takes us for that page's server, but `Host` still carries its name.
 * `appOrigin` is an app hosted elsewhere whose pages may call too.
 */
export function origin(names: readonly string[], appOrigin: string | null = null): MiddlewareHandler {
  const known = (name: string): boolean => isLoopback(name) || names.includes(name);
  return async (context, next) => {
    // HTTP/2 names the host in the address alone.
    const host = context.req.header('host') ?? new URL(context.req.url).host;
    const name = hostName(host);
    if (name === undefined || !known(name)) {
      return context.text(`This server is not called ${JSON.stringify(host)}. Names it should answer to go into TAGSMITH_NAMES.\n`, 421);
    }
    const from = context.req.header('origin');
    if (from !== undefined && from === appOrigin) return next();
    // Behind something that ends TLS the scheme differs; host and port can't.
    if (from !== undefined && from.replace(/^https?:\/\//, '').toLowerCase() !== host.toLowerCase()) {
      return context.text(`Pages of ${JSON.stringify(from)} may not use this server.\n`, 403);
    }
    const otherSite = context.req.header('sec-fetch-site') === 'cross-site';
    if (otherSite && context.req.header('sec-fetch-mode') !== 'navigate') return context.text('Pages of other sites may not use this server.\n', 403);
    return next();
  };
}

/** `[::1]:8787` → `::1`; undefined where it is no host. */
function hostName(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/@\s]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

/** Lets the pages of one other origin read the answers; with tokens alone, since the browser sends no cookies along. */
export function pairedApp(appOrigin: string): MiddlewareHandler {
  // The star covers what client libraries send besides; `authorization` it does not cover.
  const headers = { allowHeaders: ['authorization', '*'], exposeHeaders: ['*'] };
  const allow = cors({ origin: appOrigin, allowMethods: ['GET', 'POST', 'DELETE'], ...headers, maxAge: 7200 });
  return (context, next) => (context.req.header('origin') === appOrigin ? allow(context, next) : next());
}

/** A line a request: the route's pattern and not the address, which may hold what is nobody's business. */
export function requestLog(log: Logger, metrics: Metrics): MiddlewareHandler<ProxyEnvironment> {
  return async (context, next) => {
    const began = performance.now();
    context.set('notes', {});
    await next();
    const milliseconds = Math.round(performance.now() - began);
    const [method, route, { status }, caller] = [context.req.method, routePath(context), context.res, context.get('caller')];
    metrics.request(method, route, status, milliseconds);
    if (!log.isLevelEnabled('info')) return;
    log.info({ method, route, status, milliseconds, ...(caller ? { seat: hashedSeat(caller.seat) } : {}), ...context.get('notes') }, 'request');
  };
}

/** Puts the security headers on every answer, errors included. What does not say how long it may be kept may hold codes and tokens: nothing shall keep it. */
export function security(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value);
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  };
}
