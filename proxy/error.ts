/** OpenAI's kinds of error; every client library maps them. What is missing is `api_error`. */
const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'invalid_request_error',
  413: 'invalid_request_error',
  429: 'rate_limit_error',
  504: 'timeout_error',
};

export interface ErrorOptions {
  /** In place of the status's usual one. */
  type?: 'insufficient_quota';
  headers?: Readonly<Record<string, string>>;
}

/**
 * An answer that says what went wrong, in OpenAI's form. The message is shown to users: it holds what was wrong and what
 * to do, and nothing secret.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, { type, headers = {} }: ErrorOptions = {}) {
    super(message);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.type = type ?? types[status] ?? 'api_error';
    this.#headers = headers;
  }

  get form(): { error: { message: string; type: string; param: null; code: string } } {
    const { message, type, code } = this;
    return { error: { message, type, param: null, code } };
  }

  toResponse(): Response {
    return Response.json(this.form, { status: this.status, headers: this.#headers });
  }
}

/** A setting that can't be used; the message says which, and what would do. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}
