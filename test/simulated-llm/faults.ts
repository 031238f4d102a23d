import { outcome } from '../../web/src/llm/simulated/chance.ts';
import { fork } from '../../web/src/dataset/random.ts';

/** How often a service misbehaves: shares of all attempts. */
export interface Faults {
  /** Answers 429. */
  limited: number;
  /** Seconds that a 429 asks to wait. */
  retryAfter: number;
  /** Answers 500. */
  failed: number;
  /** Breaks the connection off within the answer. */
  cut: number;
  /** Never answers. */
  hanging: number;
  seed: number;
}

export type Fault = 'limited' | 'failed' | 'cut' | 'hanging';

export const noFaults: Faults = { limited: 0, retryAfter: 0, failed: 0, cut: 0, hanging: 0, seed: 1 };

/** What goes wrong with an attempt, counted from 0, to ask something: the same in every run, and drawn anew for each attempt. */
export function faultOf({ limited, failed, cut, hanging, seed }: Faults, body: string, attempt: number): Fault | null {
  return outcome(fork(seed, `attempt ${attempt} ${body}`), [['limited', limited], ['failed', failed], ['cut', cut], ['hanging', hanging]] as const);
}
