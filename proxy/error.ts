/** OpenAI's kinds of error; every client library maps them. */
export type ErrorType =
  | `${'invalid_request' | 'authentication' | 'permission' | 'not_found' | 'rate_limit' | 'api' | 'timeout'}_error`
  | 'insufficient_quota';

/**
 * An answer that says what went wrong, in OpenAI's form. The message is shown to users: it holds what was wrong and what
 * to do, and nothing secret.
 */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, type: ErrorType, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.headers = headers;
  }

  get form(): { error: { message: string; type: ErrorType; param: null; code: string } } {
    const { message, type, code } = this;
    return { error: { message, type, param: null, code } };
  }

  toResponse(): Response {
    return Response.json(this.form, { status: this.status, headers: this.headers });
  }
}
