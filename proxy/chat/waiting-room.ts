import { ApiError } from '../error.ts';
import type { Ceilings } from './ceilings.ts';

export type WaitingRoom = ReturnType<typeof openWaitingRoom>;

/**
 * The calls that wait for room in the budget or for a provider's turn: what they hold in memory is bounded. The result
 * lets a call of so many bytes in, and its result lets it out. Throws an `ApiError` where there is no room.
 */
export function openWaitingRoom({ waitingCalls, waitingBytes }: Ceilings) {
  const inside = { calls: 0, bytes: 0 };
  return (bytes: number): (() => void) => {
    if (inside.calls >= waitingCalls || inside.bytes + bytes > waitingBytes) {
      throw new ApiError(429, 'too_many_waiting', 'Too many calls wait on this server. Try again in a while.', { headers: { 'retry-after': '5' } });
    }
    inside.calls++;
    inside.bytes += bytes;
    return () => {
      inside.calls--;
      inside.bytes -= bytes;
    };
  };
}
