import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { hashedSeat, type Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { ProxyEnvironment } from '../route.ts';

/** A line a request: the route's pattern and not the address, which may hold what is nobody's business. */
export function requestLog(log: Logger, metrics: Metrics): MiddlewareHandler<ProxyEnvironment> {
  return async (context, next) => {
    const began = performance.now();
    context.set('notes', {});
    await next();
    const milliseconds = Math.round(performance.now() - began);
    const { method } = context.req;
    const route = routePath(context);
    const caller = context.get('caller');
    metrics.request(method, route, context.res.status, milliseconds);
    if (log.isLevelEnabled('info')) log.info({ method, route, status: context.res.status, milliseconds, ...(caller ? { seat: hashedSeat(caller.seat) } : {}), ...context.get('notes') }, 'request');
  };
}
