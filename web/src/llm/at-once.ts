/** Requests that a source is asked at once, where nothing else bounds it. */
export const mostAtOnce = 32;

/** Over HTTP/1.1 a page has six connections to a server: one of them stays free for the rest of the page. */
const withoutMultiplexing = 5;

/**
 * How many requests this page can have under way at once at the server it came from: over HTTP/2 and HTTP/3 they share a
 * connection. Another server, such as one on this machine, is asked over HTTP/1.1.
 */
export function atOnceInPage(to: 'own server' | 'another'): number {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return to === 'own server' && /^h[23]/.test(page?.nextHopProtocol ?? '') ? mostAtOnce : withoutMultiplexing;
}
