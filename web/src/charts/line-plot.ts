import { areaY, dot, lineY, plot, ruleY } from '@observablehq/plot';

export interface LineSeries {
  label: string;
  points: readonly { x: number; y: number }[];
  /** Drawn thin and pale: the raw numbers behind a smooth line. */
  faint?: boolean;
  /** Marks each point, for series of few. */
  dots?: boolean;
  /** The point that matters, drawn large. */
  highlight?: { x: number; y: number } | null;
}

export interface LinePlotOptions {
  series: readonly LineSeries[];
  width: number;
  height: number;
  xLabel: string;
  yLabel: string;
  xDomain?: readonly [number, number];
  yDomain?: readonly [number, number];
}

/** A line chart as an SVG element. Colours are the theme's custom properties, so that it follows a change of theme. */
export function linePlot({ series, width, height, xLabel, yLabel, xDomain, yDomain }: LinePlotOptions): SVGElement {
  const svg = plot({
    width,
    height,
    marginLeft: 40,
    marginRight: 14,
    marginTop: 24,
    marginBottom: 34,
    x: { label: xLabel, labelArrow: 'none', ...(xDomain ? { domain: [...xDomain] } : {}), ticks: Math.max(2, Math.floor(width / 90)), tickSize: 0 },
    y: { label: yLabel, labelArrow: 'none', ...(yDomain ? { domain: [...yDomain] } : { zero: true }), ticks: 4, tickSize: 0, grid: true, nice: !yDomain },
    style: { background: 'transparent', fontSize: '12px', fontFamily: 'inherit', overflow: 'visible' },
    marks: [
      ruleY([0], { stroke: 'var(--line-strong)', strokeOpacity: 0.5 }),
      ...series.flatMap((line) => [
        ...(line.dots ? [areaY(line.points, { x: 'x', y: 'y', fill: 'var(--accent)', fillOpacity: 0.07 })] : []),
        lineY(line.points, { x: 'x', y: 'y', stroke: 'var(--accent)', strokeWidth: line.faint ? 1 : 2.25, strokeOpacity: line.faint ? 0.28 : 1 }),
        ...(line.dots ? [dot(line.points, { x: 'x', y: 'y', r: 2.5, fill: 'var(--accent)' })] : []),
        ...(line.highlight ? [dot([line.highlight], { x: 'x', y: 'y', r: 5, fill: 'var(--accent)', stroke: 'var(--surface)', strokeWidth: 2 })] : []),
      ]),
    ],
  }) as SVGElement;
  // Plot writes a style element into its SVG, which the content security policy forbids. Taken out before the SVG meets
  // the document, it is never applied and never reported; the component's style sheet has its rules.
  svg.querySelectorAll('style').forEach((style) => style.remove());
  svg.setAttribute('aria-hidden', 'true');
  return svg;
}
