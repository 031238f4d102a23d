import { axisX, axisY, dot, gridY, line, link, plot, text } from '@observablehq/plot';

export interface IntervalPoint {
  x: number;
  y: number;
  low: number;
  high: number;
}

/** A line with an interval at each point. */
export interface IntervalSeries {
  /** Stands at its end; empty where the horizontal axis says it. */
  label: string;
  points: readonly IntervalPoint[];
  /** One point that holds for every x: drawn as a dashed line across. */
  level?: boolean;
}

export interface IntervalPlotOptions {
  /** Says what is on the vertical axis too. */
  title: string;
  series: readonly IntervalSeries[];
  xLabel: string;
  xFormat: (x: number) => string;
  /** As far from 1 to 10 as from 10 to 100. */
  logarithmic?: boolean;
  /** A document to make the elements in; the page's own where there is one. */
  document?: Document;
}

/** Okabe and Ito's colours (2008), which people with any colour vision tell apart, without the pale yellow. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'];

/**
 * Measured values with their intervals, a line for each condition, as an SVG element that stands alone. Each line is named at its end, so that neither a legend nor colours are
 * needed to read it.
 */
export function intervalPlot({ title, series, xLabel, xFormat, logarithmic = false, document }: IntervalPlotOptions): SVGElement {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const [first, last] = [xs[0] ?? 0, xs.at(-1) ?? 0];
  // A logarithmic scale of Plot leaves out labels of ticks that it finds too many.
  const place = (x: number): number => (logarithmic ? Math.log(x) : x);
  const at = { x: (point: IntervalPoint) => place(point.x) };
  const marks = series.flatMap((one, i) => {
    const stroke = COLOURS[i % COLOURS.length]!;
    const reach = one.level ? [first, last].map((x) => ({ ...one.points[0]!, x })) : one.points;
    return [
      line(reach, { ...at, y: 'y', stroke, strokeWidth: 2, ...(one.level ? { strokeDasharray: '6 4' } : {}) }),
      link(one.points, { x1: at.x, x2: at.x, y1: 'low', y2: 'high', stroke, strokeWidth: 1.5, strokeOpacity: 0.6 }),
      dot(one.points, { ...at, y: 'y', r: 3.5, fill: stroke }),
    ];
  });
  const ends = spread(series.map((one, i) => ({ label: one.label, y: one.points.at(-1)?.y ?? 0, fill: COLOURS[i % COLOURS.length]! })), 0.05 * range(series));
  const svg = plot({
    width: 760,
    height: 420,
    marginLeft: 48,
    marginRight: 24 + 8 * Math.max(...series.map(({ label }) => label.length)),
    marginBottom: 48,
    marginTop: 40,
    ...(document ? { document } : {}),
    style: { background: 'white', color: '#222', fontSize: '13px', fontFamily: 'system-ui, sans-serif' },
    x: { type: 'linear', domain: [place(first), last === first ? place(first) + 1 : place(last)], inset: series.some(({ label }) => label !== '') ? 20 : 70 },
    y: { nice: true },
    marks: [
      gridY({ stroke: '#ddd', strokeOpacity: 1 }),
      axisY({ label: null, tickSize: 0 }),
      axisX(xs.map(place), { label: xLabel, labelArrow: 'none', labelAnchor: 'center', tickFormat: (_: number, i: number) => xFormat(xs[i]!), tickSize: 4 }),
      ...marks,
      text(ends, { x: () => place(last), y: 'y', text: 'label', fill: 'fill', textAnchor: 'start', dx: 10, fontWeight: 600 }),
      text([title], { frameAnchor: 'top-left', dy: -30, fontSize: 15, fontWeight: 700 }),
    ],
  }) as SVGElement;
  // Without this a file of it is no picture; Plot's own style element is of no use in one, and is forbidden in a page.
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.querySelectorAll('style').forEach((style) => style.remove());
  return svg;
}

function range(series: readonly IntervalSeries[]): number {
  const all = series.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
  return all.length > 0 ? Math.max(...all) - Math.min(...all) : 1;
}

/** Moves labels apart that would stand on one another, from the lowest up. */
function spread<T extends { y: number }>(labels: readonly T[], gap: number): T[] {
  let below = -Infinity;
  return labels.toSorted((a, b) => a.y - b.y).map((label) => {
    below = Math.max(label.y, below + gap);
    return { ...label, y: below };
  });
}
