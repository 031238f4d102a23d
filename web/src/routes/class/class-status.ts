import type { ClassRecord } from '../../state/class-records.ts';

export type ClassStatus = 'open' | 'paused' | 'closed';

export function classStatus({ paused, open }: ClassRecord): ClassStatus {
  if (paused) return 'paused';
  return open ? 'open' : 'closed';
}
