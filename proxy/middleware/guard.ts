import type { MiddlewareHandler } from 'hono';
import type { Access } from '../access.ts';
import type { Guard, ProxyEnvironment } from '../route.ts';

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
