import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { intervalPlot } from '../../../web/src/charts/interval-plot.ts';

const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
const point = (x: number, y: number) => ({ x, y, low: y - 0.05, high: y + 0.05 });

function drawn(logarithmic = false): string {
  const series = [
    { label: 'merged', points: [point(1, 0.5), point(10, 0.6), point(100, 0.7)] },
    { label: 'clean', points: [point(1, 0.8)], level: true },
  ];
  return intervalPlot({ title: 'F1 by money', series, xLabel: 'dollars', xFormat: (x) => `$${x}`, logarithmic, document }).outerHTML;
}

test('the plot is a picture that stands alone, without a style element', () => {
  const svg = drawn();
  expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
  expect(svg).not.toContain('<style');
});

test('each line is named at its end, and each x stands on its axis', () => {
  const svg = drawn(true);
  for (const name of ['merged', 'clean', '$1<', '$10<', '$100<', 'dollars', 'F1 by money']) expect(svg).toContain(`${name.replace('<', '')}<`);
});

test('each point has its interval, and what holds for every x is a dashed line', () => {
  const svg = drawn();
  expect(svg.match(/<circle/g)).toHaveLength(4);
  expect(svg).toContain('stroke-dasharray="6 4"');
});
