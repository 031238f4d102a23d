import type { Context } from 'hono';
import type { Caller } from './access.ts';

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
