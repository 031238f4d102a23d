import type { MiddlewareHandler } from 'hono';
import { securityHeaders } from '../policy.ts';

/** Puts the security headers on every answer, errors included. */
export function security(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) context.res.headers.set(name, value);
  };
}
