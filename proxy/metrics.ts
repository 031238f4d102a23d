import { Counter, Histogram, Registry } from 'prom-client';
import type { CallOutcome } from './chat/call.ts';
import { DOLLAR } from './store/store.ts';

/** Counts since the start, for Prometheus. Labels hold routes, models and kinds of outcome, nothing of a person. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({ name: 'tagsmith_requests_total', help: 'Requests by route and status.', labelNames: ['method', 'route', 'status'], registers: [this.registry] });
  readonly #seconds = new Histogram({ name: 'tagsmith_request_seconds', help: 'Time until an answer begins.', labelNames: ['route'], buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60], registers: [this.registry] });
  readonly #calls = new Counter({ name: 'tagsmith_calls_total', help: 'Calls to providers by model, books and error.', labelNames: ['model', 'books', 'error'], registers: [this.registry] });
  readonly #tokens = new Counter({ name: 'tagsmith_tokens_total', help: 'Tokens booked.', labelNames: ['model'], registers: [this.registry] });
  readonly #dollars = new Counter({ name: 'tagsmith_dollars_total', help: 'Dollars booked.', labelNames: ['model'], registers: [this.registry] });

  request(method: string, route: string, status: number, milliseconds: number): void {
    this.#requests.inc({ method, route, status });
    this.#seconds.observe({ route }, milliseconds / 1000);
  }

  call(model: string, { books, booked, failure }: CallOutcome): void {
    this.#calls.inc({ model, books, error: failure?.code ?? '' });
    if (!booked) return;
    this.#tokens.inc({ model }, booked.tokens);
    this.#dollars.inc({ model }, booked.money / DOLLAR);
  }
}
