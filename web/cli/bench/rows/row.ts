import type { StepWork } from '../../../src/train/bench/gpu-work.ts';

/** One line of the table: the same work by us and by another, in turn in one run. */
export interface ContestRow {
  encoder: string;
  batch: number;
  tokens: number;
  /** "native CPU", "tab, WASM", "tab, WebGPU". */
  where: string;
  what: 'forward and backward' | 'optimizer' | 'step';
  tagsmithMs: number | null;
  against: string;
  againstMs: number | null;
  /** Their time over ours. */
  timesAsFast: number | null;
  /** Why a figure is missing, or what was done otherwise. */
  remarks: string[];
}

/** How our own time grows; milliseconds of forward and backward. */
export interface GrowthRow {
  layers: number;
  batch: number;
  tokens: number;
  nativeMs: number | null;
  pyTorchMs: number | null;
  wasmMs: number | null;
}

/** What one step asks of a GPU. */
export interface GpuRow extends StepWork {
  who: string;
  encoder: string;
  batch: number;
  tokens: number;
  stepMs: number;
  hostMs: number;
}

export function contestRow(row: Omit<ContestRow, 'timesAsFast'>): ContestRow {
  const { tagsmithMs, againstMs } = row;
  return { ...row, timesAsFast: tagsmithMs === null || againstMs === null ? null : againstMs / tagsmithMs };
}
