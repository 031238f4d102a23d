import { type FailureKind, LlmFailure } from './task.ts';

/** An answer that is no success, as it came. */
export interface Refusal {
  status: number;
  /** The service's words for it, in OpenAI's form. */
  code?: string | null | undefined;
  type?: string | undefined;
  /** For people; empty where the service says nothing. */
  message: string;
  /** The header `retry-after`. */
  retryAfter: string | null;
}

interface Meaning {
  kind: FailureKind;
  /** Whether the proxy books it although no reply came; as the kind says, unless told. */
  mayCost?: boolean;
}

/** Words of the proxy, and of services behind it, that say more than their status. */
const meanings: Readonly<Record<string, Meaning>> = {
  budget_spent: { kind: 'spent' },
  upstream_quota: { kind: 'spent' },
  insufficient_quota: { kind: 'spent' },
  upstream_key: { kind: 'unauthorised' },
  upstream_cut: { kind: 'cut' },
  upstream_timeout: { kind: 'late' },
  too_long: { kind: 'late' },
  upstream_redirect: { kind: 'refused' },
  reply_too_large: { kind: 'refused', mayCost: true },
  reply_unreadable: { kind: 'failed', mayCost: true },
  idempotency_key_in_use: { kind: 'limited' },
  // What the call that was left costs was counted by whoever left it.
  cancelled: { kind: 'cut', mayCost: false },
};

function ofStatus(status: number): FailureKind {
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 402) return 'spent';
  if (status === 408 || status === 504) return 'late';
  if (status === 429) return 'limited';
  return status >= 500 ? 'failed' : 'refused';
}

/** What an answer in OpenAI's form, or the proxy's, means for a job. */
export function failureOf({ status, code, type, message, retryAfter }: Refusal): LlmFailure {
  const word = [code, type].find((said) => said && Object.hasOwn(meanings, said));
  const { kind, mayCost } = word ? meanings[word]! : { kind: ofStatus(status), mayCost: undefined };
  const said = message || `The service answered with status ${status} and said nothing more.`;
  return new LlmFailure(kind, said, milliseconds(retryAfter), mayCost);
}

/** Given as seconds or as a date (RFC 9110, 10.2.3). */
function milliseconds(retryAfter: string | null): number | null {
  if (retryAfter === null || retryAfter.trim() === '') return null;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
