/** OpenAI's kinds of error; every client library maps them. */
export type ErrorType = 'invalid_request_error' | 'authentication_error' | 'permission_error' | 'not_found_error' | 'insufficient_quota' | 'rate_limit_error' | 'api_error' | 'timeout_error';

/** An answer that says what went wrong, in OpenAI's form. The message is shown to users: it holds what was wrong and what to do, and nothing secret. */
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

  toResponse(): Response {
    const { message, type, code, status, headers } = this;
    return Response.json({ error: { message, type, param: null, code } }, { status, headers });
  }
}
