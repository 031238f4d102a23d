import { Counter, Histogram, Registry } from 'prom-client';
import { DOLLAR, type Amount } from './store/amounts.ts';

/** Counts since the start, for Prometheus. Labels hold routes, models and kinds of outcome, nothing of a person. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = this.#count('tagsmith_requests_total', 'Requests by route and status.', 'method', 'route', 'status');
  readonly #calls = this.#count('tagsmith_calls_total', 'Calls to providers by model, books and error.', 'model', 'books', 'error');
  readonly #tokens = this.#count('tagsmith_tokens_total', 'Tokens booked.', 'model');
  readonly #dollars = this.#count('tagsmith_dollars_total', 'Dollars booked.', 'model');
  readonly #seconds = new Histogram({
    name: 'tagsmith_request_seconds',
    help: 'Time until an answer begins.',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [this.registry],
  });

  request(method: string, route: string, status: number, milliseconds: number): void {
    this.#requests.inc({ method, route, status });
    this.#seconds.observe({ route }, milliseconds / 1000);
  }

  call(model: string, books: string, booked: Amount | null, error = ''): void {
    this.#calls.inc({ model, books, error });
    if (!booked) return;
    this.#tokens.inc({ model }, booked.tokens);
    this.#dollars.inc({ model }, booked.money / DOLLAR);
  }

  #count(name: string, help: string, ...labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
