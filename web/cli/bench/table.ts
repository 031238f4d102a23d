import { cpus, loadavg } from 'node:os';
import { readEncoderConfig } from '../../../wasm-models/weights/encoder-config.ts';
import { openModel } from '../../src/models/node/open.ts';
import { progressText } from '../../src/models/progress.ts';
import { readJson } from '../../src/train/encoder.ts';
import type { Terminal } from '../verb.ts';
import { openBenchPage } from './browser.ts';
import { pyTorchProblem } from './pytorch.ts';
import { againstPyTorch } from './rows/against-pytorch.ts';
import { gpuGrowth, growth } from './rows/growth.ts';
import { inTheTab } from './rows/in-the-tab.ts';
import type { ContestRow, GpuRow, GrowthRow } from './rows/row.ts';
import type { Setting } from './rows/setting.ts';

/** Parts that can be measured alone. */
export const PARTS = ['pytorch', 'wasm', 'webgpu', 'growth', 'gpu'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchTable {
  machine: {
    processor: string;
    threads: number;
    browser: string;
    gpu: string | null;
    softwareGpu: boolean;
    /** Processes that wanted a core in the minute before; more than there are cores is a busy machine. */
    load: number;
  };
  rounds: number;
  contests: ContestRow[];
  growth: GrowthRow[];
  gpu: GpuRow[];
  /** Parts that failed as a whole, each with the reason. */
  notMeasured: string[];
}

/** Measures all rows, one after the other. */
export async function measureTable(parts: readonly Part[], { threads, rounds, terminal }: { threads: number; rounds: number; terminal: Terminal }): Promise<BenchTable> {
  const load = loadavg()[0]!;
  const miniLm = readEncoderConfig(await readJson(await openModel('minilm-l6', { onProgress: (progress) => terminal.progress(progressText(progress)) }), 'config.json'));
  const page = await openBenchPage({ gpu: parts.includes('webgpu') || parts.includes('gpu') });
  const { browser, gpu, softwareGpu } = page;
  const table: BenchTable = { machine: { processor: cpus()[0]?.model.trim() ?? 'unknown', threads, browser, gpu, softwareGpu, load }, rounds, contests: [], growth: [], gpu: [], notMeasured: [] };
  const setting: Setting = { threads, rounds, miniLm, pyTorchProblem: await pyTorchProblem(), page, terminal };
  const measure: Record<Part, () => Promise<void>> = {
    pytorch: async () => void table.contests.push(...(await againstPyTorch(setting))),
    wasm: async () => void table.contests.push(...(await inTheTab('wasm', setting)).rows),
    webgpu: async () => {
      const { rows, gpu: asked } = await inTheTab('webgpu', setting);
      table.contests.push(...rows);
      table.gpu.push(...asked);
    },
    growth: async () => void table.growth.push(...(await growth(setting))),
    gpu: async () => void table.gpu.push(...(await gpuGrowth(setting))),
  };
  try {
    for (const part of PARTS.filter((name) => parts.includes(name))) {
      await measure[part]().catch((error: unknown) => table.notMeasured.push(`${part}: ${String(error).split('\n')[0]}`));
    }
  } finally {
    await page.close();
  }
  return table;
}
