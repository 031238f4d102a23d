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
