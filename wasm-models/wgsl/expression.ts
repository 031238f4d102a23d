import { merged, spread, type Layout } from './layout.ts';
import type { Pointwise } from './term.ts';

/** A variable of a shader and the neighbouring axes that it counts through. */
export interface Axis {
  variable: string;
  shape: readonly number[];
}

/** WGSL for the position of an element in its storage, where a kernel walks `axes`. */
export function position(layout: Layout, axes: readonly Axis[]): string {
  const whole = spread(layout, axes.flatMap(({ shape }) => shape));
  const summands = whole.offset > 0 ? [`${whole.offset}u`] : [];
  let from = 0;
  for (const { variable, shape } of axes) {
    const runs = merged(shape, whole.strides.slice(from, from + shape.length));
    from += shape.length;
    runs.forEach(({ size, stride }, index) => {
      if (stride === 0) return;
      const inner = runs.slice(index + 1).reduce((product, run) => product * run.size, 1);
      const divided = inner === 1 ? variable : `(${variable} / ${inner}u)`;
      const coordinate = index === 0 ? divided : `(${divided} % ${size}u)`;
      summands.push(stride === 1 ? coordinate : `${coordinate} * ${stride}u`);
    });
  }
  return summands.length > 0 ? summands.join(' + ') : '0u';
}

export function literal(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} cannot be written in WGSL.`);
  return value < 0 ? `(${value}f)` : `${value}f`;
}

export const POINTWISE: Record<Pointwise, (a: string, b: string) => string> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  neg: (a) => `-${a}`,
  exp: (a) => `exp(${a})`,
  log: (a) => `log(${a})`,
  erf: (a) => `erf(${a})`,
  sqrt: (a) => `sqrt(${a})`,
  inverseSqrt: (a) => `inverseSqrt(${a})`,
  copy: (a) => a,
};

/** Abramowitz and Stegun 1964, formula 7.1.26: off by 1.5e-7 at most. */
export const ERF = /* wgsl */ `
fn erf(x: f32) -> f32 {
  let t = 1f / (1f + 0.3275911f * abs(x));
  let polynomial = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
  return sign(x) * (1f - polynomial * exp(-x * x));
}`;
