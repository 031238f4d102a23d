import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../config.ts';

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
