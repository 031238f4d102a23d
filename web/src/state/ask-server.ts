/** The server understood and said no. The message is its own, for people. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The server could not be reached. */
export class LostConnection extends Error {
  override readonly name = 'LostConnection';
}

export interface Question {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  /** Ends the wait. */
  signal?: AbortSignal;
}

/** Longer than any answer should take, shorter than anybody waits. */
const patience = 15_000;

/**
 * Asks the server that the page came from; `path` is relative to the page, e.g. `class/seat`. Gives the JSON of the
 * answer, or undefined where there is none.
 * @throws ServerError with the server's message; status 404 also where a plain web host answers with a page of its own.
 * @throws LostConnection where nothing answers.
 */
export async function askServer<Answer>(path: string, { method = 'GET', body, headers = {}, signal }: Question = {}): Promise<Answer> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const types: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const signals = [AbortSignal.timeout(patience), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(path, { method, ...sent, headers: { accept: 'application/json', ...types, ...headers }, cache: 'no-store', signal: AbortSignal.any(signals) });
    if (response.status === 204) return undefined as Answer;
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const answer: unknown = isJson ? await response.json() : undefined;
    if (response.ok && isJson) return answer as Answer;
    // What stands between page and server says this while the server is away.
    if (!isJson && response.status >= 500) throw new LostConnection();
    throw new ServerError(response.ok ? 404 : response.status, messageOf(answer) ?? `${response.status} ${response.statusText}`.trim());
  } catch (error) {
    throw error instanceof ServerError ? error : new LostConnection('', { cause: error });
  }
}

function messageOf(answer: unknown): string | undefined {
  const message = (answer as { error?: { message?: unknown } } | undefined)?.error?.message;
  return typeof message === 'string' ? message : undefined;
}
