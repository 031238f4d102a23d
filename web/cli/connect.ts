import { Agent, fetch as fetchOver } from 'undici';

/**
 * Fetch for an address of this kind: over HTTPS by HTTP/2 where the server speaks it, so that many requests share one
 * connection; Node's own fetch speaks HTTP/1.1 alone.
 * @param ca certificate of a server that made its own; else those that Node trusts, `NODE_EXTRA_CA_CERTS` included
 */
export function fetchFor(baseURL: string, ca?: string): typeof fetch {
  if (!baseURL.startsWith('https:')) return fetch;
  const dispatcher = new Agent({ allowH2: true, connections: 1, ...(ca ? { connect: { ca } } : {}) });
  // The package's types differ from the built-in ones in name alone.
  return ((url: string, init?: RequestInit) => fetchOver(url, { ...(init as object), dispatcher })) as unknown as typeof fetch;
}
