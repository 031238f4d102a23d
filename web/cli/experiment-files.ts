import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { intervalPlot, type IntervalSeries } from '../src/charts/interval-plot.ts';
import type { FinishedRun, KeptRuns } from '../src/experiments/perform.ts';
import type { Experiment } from '../src/experiments/plan.ts';
import type { Report } from '../src/experiments/report.ts';

/** Finished trainings as files of a folder: each under its name and a hash of all that it depends on, so that nothing else is taken for it. */
export function keptRuns(folder: string): KeptRuns {
  const fileOf = (order: object): string => {
    const { condition, x, seed } = order as Pick<FinishedRun, 'condition' | 'x' | 'seed'>;
    // Precision became a setting later: runs that were kept before are those in float32.
    const dependsOn = JSON.stringify(order, (key, value: unknown) => (key === 'precision' && value === 'float32' ? undefined : value));
    const hash = createHash('sha256').update(dependsOn).digest('hex').slice(0, 12);
    return path.join(folder, 'runs', `${condition}-${x}-seed${seed}-${hash}.json`);
  };
  return {
    async read(order) {
      const text = await readFile(fileOf(order), 'utf8').catch(() => null);
      return text === null ? null : (JSON.parse(text) as FinishedRun);
    },
    async write(order, run) {
      const file = fileOf(order);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(`${file}.partial`, JSON.stringify(run));
      await rename(`${file}.partial`, file);
    },
  };
}

/** The plot of a report as an SVG file's text, drawn without a browser. */
export async function reportPlot({ title, xLabel, conditions }: Experiment, { points }: Report, note: string): Promise<string> {
  const { parseHTML } = await import('linkedom');
  const statistic = xLabel ? 'micro' : 'macro';
  const order = Object.keys(conditions);
  const seriesOf = (condition: string): IntervalSeries => {
    const own = points.filter((point) => point.condition === condition);
    const several = new Set(points.map(({ x }) => x)).size > 1;
    return {
      label: xLabel ? conditions[condition]! : '',
      points: own.map((point) => ({ x: xLabel ? point.x : order.indexOf(condition), y: point[statistic].value, low: point[statistic].low, high: point[statistic].high })),
      ...(several && own.length === 1 ? { level: true } : {}),
    };
  };
  const svg = intervalPlot({
    title: `${title} (${note})`,
    series: order.map(seriesOf).filter((series) => series.points.length > 0),
    xLabel,
    xFormat: (x) => (xLabel === 'dollars' ? `$${x}` : xLabel ? `${Math.round(100 * x)} %` : conditions[order[x]!]!),
    logarithmic: xLabel === 'dollars',
    document: parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document,
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.outerHTML}\n`;
}
