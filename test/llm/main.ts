import { parseArgs } from 'node:util';
import { troubledJob } from '../web/llm/troubled.ts';
import { compareEstimates } from './estimates.ts';
import { measureSpeed } from './fast.ts';
import { measureTab } from './in-tab.ts';

/**
 * LLM jobs at full size: `npm run test:llm [-- --only robust|fast|tab|estimates]`. 2,000 requests through trouble and a reload; their time
 * through the proxy against the ideal, which wants a machine that has nothing else to do; estimates against the spend.
 */
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = (part: string): boolean => values.only === undefined || values.only === part;
const failed: string[] = [];
let passed = 0;
const check = (holds: boolean, what: string): void => {
  if (holds) passed++;
  else failed.push(what);
};

if (wanted('robust')) {
  const job = await troubledJob(2000);
  console.log(
    `2,000 requests in ${(job.milliseconds / 1000).toFixed(1)} s, troubles ${JSON.stringify(job.troubles)}, ${job.underWayAtReload} under way at the reload; ${job.replies} replies, ${job.failures} given up, ${job.sentAgain + job.answeredTwice} asked again;` +
      ` paid $${job.paid / 1e9}, the books say $${job.settled / 1e9}; broken off: at most $${job.atMost / 1e9}, the books say $${job.unresolved / 1e9} for ${job.unresolvedRequests} calls`,
  );
  check(job.replies === 2000 && job.failures === 0, 'every request has its reply');
  check(job.sentAgain + job.answeredTwice === 0, 'nothing that was answered is asked again');
  check(job.paid === job.settled && job.unresolved <= job.atMost, 'the spend is what the books say');
}
if (wanted('estimates')) for (const { what, previewed } of await compareEstimates()) check(Math.abs(previewed) <= 0.1, `${what}: the estimate is within 10 % of the spend`);
if (wanted('fast')) for (const { what, ratios } of await measureSpeed()) if (!what.startsWith(' ')) check(Math.min(...ratios) <= 1.3, `${what}: within 1.3 × the ideal time`);
if (wanted('tab')) {
  const { ratio, longTasks, counted, booked } = await measureTab();
  console.log(`In a tab over HTTP/1.1, 5 at once: 2,000 requests in ${ratio.toFixed(2)} × the ideal time; tasks over 50 ms: ${longTasks.length}${longTasks.length > 0 ? `, the longest ${Math.max(...longTasks)} ms` : ''}; spent $${counted}, booked $${booked}`);
  check(ratio <= 1.3, 'a job in a tab: within 1.3 × the ideal time');
  check(longTasks.length === 0, 'a job in a tab: no task over 50 ms');
  check(counted === booked, 'a job in a tab: the spend is what the books say');
}

for (const what of failed) console.log(`FAILED: ${what}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
