import { ApiError } from '../error.ts';

/** The store can't be used just now: disk full, connection lost. `cause` is for the log, not for clients. What failed has not been booked, or will be repeated by the store. */
export class StoreError extends ApiError {
  override name = 'StoreError';

  constructor(cause: unknown) {
    super(503, 'api_error', 'store_unavailable', "The proxy can't reach its books just now, so it makes no call. Try again in a moment; if that doesn't help, tell whoever runs the proxy.", { 'retry-after': '1' });
    this.cause = cause;
  }
}
