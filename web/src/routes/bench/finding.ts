import type { Entry } from '../../state/bench.svelte.ts';
import type { BenchDevice } from '../../train/bench/protocol.ts';
import { printRow, type BenchRow } from '../../train/bench/rows.ts';
import { benchText as text } from '../../texts/bench.ts';

/** How many times as fast as another one device trained a row; below 1 it was slower. Both of one run. */
export interface Ratio {
  row: BenchRow;
  times: number;
}

/** Rows that were measured on both devices: the GPU beside the CPU unless told. */
export function ratios(entries: readonly Pick<Entry, 'row' | 'device' | 'outcome'>[], one: BenchDevice = 'webgpu', other: BenchDevice = 'wasm'): Ratio[] {
  const stepMs = new Map<string, number>();
  for (const { row, device, outcome } of entries) if (outcome.state === 'measured') stepMs.set(`${device} ${printRow(row)}`, outcome.measurement.stepMs.median);
  return entries.flatMap(({ row, device }) => {
    const [ours, theirs] = [one, other].map((each) => stepMs.get(`${each} ${printRow(row)}`));
    return device === one && ours && theirs ? [{ row, times: theirs / ours }] : [];
  });
}

/** The GPU in half precision beside itself in full. */
export const halfRatios = (entries: Parameters<typeof ratios>[0]): Ratio[] => ratios(entries, 'webgpu-half', 'webgpu');

/** Shaders of our own beside ONNX Runtime's, where a training has those. */
export function ownRatios(entries: Parameters<typeof ratios>[0]): Ratio[] {
  const isOwn = ({ device, outcome }: (typeof entries)[number]): boolean => device === 'webgpu' && outcome.state === 'measured' && outcome.measurement.way === 'own';
  return ratios(entries.filter((entry) => !isOwn(entry)), 'webgpu-own', 'webgpu');
}

/** What the rows come to, in a line; nothing where there is nothing to compare. */
export function finding(found: readonly Ratio[]): string | null {
  if (found.length === 0) return null;
  const times = found.map((ratio) => ratio.times);
  const [low, high] = [Math.min(...times), Math.max(...times)];
  if (low >= 1) return text.finding.faster(low, high);
  return high <= 1 ? text.finding.slower(1 / high, 1 / low) : text.finding.mixed(1 / low, high);
}
