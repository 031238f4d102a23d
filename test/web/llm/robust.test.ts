import { expect, it } from 'vitest';
import { troubledJob } from './troubled.ts';

it('a job through trouble and a reload ends complete, asks nothing twice, and cost what the proxy’s books say', async () => {
  const job = await troubledJob(200);
  expect(Object.keys(job.troubles).toSorted()).toEqual(['broken', 'busy', 'cut', 'hang']);
  expect(job.underWayAtReload).toBeGreaterThan(0);
  expect([job.replies, job.failures, job.second.answered]).toEqual([200, 0, 200]);
  expect([job.sentAgain, job.answeredTwice, job.open]).toEqual([0, 0, 0]);
  expect(job.paid).toBe(job.settled);
  expect(job.unresolved).toBeLessThanOrEqual(job.atMost);
  expect(job.unresolvedRequests).toBeGreaterThan(0);
  expect(job.second.paid + job.second.paidBefore).toBeCloseTo(job.paid / 1e9, 9);
});
