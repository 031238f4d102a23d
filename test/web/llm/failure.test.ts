import { expect, it } from 'vitest';
import { failureOf } from '../../../web/src/llm/failure.ts';
import type { FailureKind } from '../../../web/src/llm/task.ts';

const refusal = { message: 'Said.', retryAfter: null };

it.each<[FailureKind, boolean, { status: number; code?: string; type?: string }]>([
  ['refused', false, { status: 400 }],
  ['refused', false, { status: 404, code: 'model_not_found' }],
  ['refused', false, { status: 413 }],
  ['unauthorised', false, { status: 401 }],
  ['unauthorised', false, { status: 403, code: 'class_closed' }],
  ['spent', false, { status: 402 }],
  ['spent', false, { status: 429, code: 'budget_spent', type: 'insufficient_quota' }],
  ['spent', false, { status: 429, code: 'other', type: 'insufficient_quota' }],
  ['limited', false, { status: 429, code: 'budget_reserved' }],
  ['limited', false, { status: 429, code: 'busy' }],
  ['limited', false, { status: 429, code: 'too_many_waiting' }],
  ['limited', false, { status: 409, code: 'idempotency_key_in_use' }],
  ['late', true, { status: 408 }],
  ['late', true, { status: 504, code: 'too_long' }],
  ['cut', true, { status: 502, code: 'upstream_cut' }],
  ['cut', false, { status: 499, code: 'cancelled' }],
  ['failed', false, { status: 502, code: 'upstream_unreachable' }],
  ['failed', false, { status: 503, code: 'store_unavailable' }],
  ['failed', true, { status: 502, code: 'reply_unreadable' }],
  ['refused', true, { status: 502, code: 'reply_too_large' }],
  ['failed', false, { status: 500, code: 'toString' }],
])('%s (may cost: %s) is what %o means', (kind, mayCost, given) => {
  expect(failureOf({ ...refusal, ...given })).toMatchObject({ kind, mayCost, message: 'Said.' });
});

it('a service tells in seconds or by a date when it wants to be asked again, or not at all', () => {
  const wait = (retryAfter: string | null): number | null => failureOf({ status: 429, message: '', retryAfter }).retryAfter;
  expect([wait('2'), wait('0.5'), wait('0'), wait(null), wait(''), wait('soon')]).toEqual([2000, 500, 0, null, null, null]);
  const soon = wait(new Date(Date.now() + 30_000).toUTCString())!;
  expect(soon).toBeGreaterThan(28_000);
  expect(soon).toBeLessThanOrEqual(30_000);
  expect(wait(new Date(0).toUTCString())).toBe(0);
});

it('where a service says nothing its status is told', () => {
  expect(failureOf({ status: 418, message: '', retryAfter: null }).message).toContain('status 418');
});
