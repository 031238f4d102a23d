import { existsSync, readFileSync } from 'node:fs';

/** How many checks of a suite passed. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

export function sum(counts: readonly Count[]): Count {
  const total = (key: keyof Count): number => counts.reduce((all, count) => all + count[key], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

/** The last line of `npm test`. */
export function printCount({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Reads Vitest's JSON report. A suite that ended badly without a failing test (a file that doesn't load, no report) counts as one failure. */
export function vitestCount(report: string, status: number | null): Count {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const json = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    testResults: { status: string; assertionResults: unknown[] }[];
  };
  const broken = json.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = json.numFailedTests + broken;
  return { passed: json.numPassedTests, failed: status !== 0 && failed === 0 ? 1 : failed, skipped: json.numPendingTests + json.numTodoTests };
}

/** Reads Playwright's JSON report; flaky tests count as failed. */
export function playwrightCount(report: string, status: number | null): Count {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats } = JSON.parse(readFileSync(report, 'utf8')) as { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: status !== 0 && failed === 0 ? 1 : failed, skipped: stats.skipped };
}
