import type { Context } from 'hono';

/** Who may use the models, and on whose account. */
export interface Caller {
  /** Unique over all classes; logs show a hash of it. */
  seat: string;
  /** The accounts that a call is booked on, all of them. */
  accounts: readonly string[];
  /** Replies are shared between callers of the same scope only: a class's id, or `solo`. */
  scope: string;
  /** Ids of the models it may use, or all that are configured. */
  models: 'all' | readonly string[];
}

/** Decides who is who. Each throws an `ApiError` (401 without or with wrong credentials, 403 where the caller is known but may not). */
export interface Access {
  /** Whoever may use the models. */
  caller(request: Request): Promise<Caller>;
  /** The teacher. */
  teacher(request: Request): Promise<void>;
}

/** What a request carries once its guard has let it in. */
export interface ProxyEnvironment {
  Variables: {
    /** Behind the guard `caller` alone. */
    caller: Caller;
    /** What the log line of this request shall say besides. */
    notes: Record<string, string | number>;
  };
}

export type ProxyContext = Context<ProxyEnvironment>;

/** `public` lets in everybody that the `Host` and `Origin` check lets in, `caller` whoever may use the models, `teacher` whoever runs the place. */
export type Guard = 'public' | 'caller' | 'teacher';

/** A row of the route table. There is no other way to register a route, and no row without a guard. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  guard: Guard;
  handler: (context: ProxyContext) => Response | Promise<Response>;
}

export function row(method: Route['method'], path: string, guard: Guard, handler: Route['handler']): Route {
  return { method, path, guard, handler };
}
