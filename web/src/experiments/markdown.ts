import type { Measured, Statistic } from '../evaluate/paired-bootstrap.ts';
import type { Experiment } from './plan.ts';
import type { Answer, Report, ReportedPoint } from './report.ts';

const percent = (share: number): string => (100 * share).toFixed(1);
const within = ({ value, low, high }: Measured, print: (value: number) => string): string => `${print(value)} [${print(low)}, ${print(high)}]`;

/** How each statistic is printed: scores in points, the variance as the paper has it. */
const printed: Record<Statistic, (value: number) => string> = { micro: percent, macro: percent, variance: (value) => value.toFixed(4) };

/**
 * A report as Markdown: a table of all points, and the questions with their answers.
 * @param about what stands under the title: data, encoder, annotator
 */
export function reportMarkdown({ title, conditions, xLabel }: Experiment, { points, answers }: Report, about: readonly string[]): string {
  const names = [...new Set(points.flatMap(({ given }) => Object.keys(given)))];
  const header = [...(xLabel ? [xLabel] : []), 'learnt from', 'F1', 'mean F1 over types', 'variance over types', ...names];
  const row = (point: ReportedPoint): string[] => [
    ...(xLabel ? [xOf(point, xLabel)] : []),
    conditions[point.condition] ?? point.condition,
    ...(['micro', 'macro', 'variance'] as const).map((name) => within(point[name], printed[name])),
    ...names.map((name) => Math.round(point.given[name] ?? 0).toLocaleString('en')),
  ];
  return [
    `# ${title}`,
    '',
    ...about.map((line) => `- ${line}`),
    '',
    line(header),
    line(header.map(() => '---')),
    ...points.map((point) => line(row(point))),
    '',
    `In brackets 95 % intervals: ${(points[0]?.runs.length ?? 0) > 1 ? 'trainings (seeds) and test texts' : 'test texts'} drawn anew, the same ones for both sides of a comparison.${points[0]?.runs.length === 1 ? ' With one seed they do not tell how much a training differs from the next.' : ''}`,
    '',
    ...answers.map(answerText),
    '',
  ].join('\n');
}

/** An answer in a line: `yes`, `no` or `open`, what was asked, and the difference that says so. */
export function answerText({ claim, difference, statistic, holds }: Answer): string {
  const unit = statistic === 'variance' ? '' : ' points';
  return `- **${holds}**: ${claim} Difference ${within(difference, printed[statistic])}${unit}.`;
}

function xOf({ x }: ReportedPoint, xLabel: string): string {
  return xLabel === 'dollars' ? `$${x}` : `${Math.round(100 * x)} %`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
