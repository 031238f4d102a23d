import { markdownTable } from '../../src/train/bench/markdown-table.ts';
import type { ContestRow, GpuRow, GrowthRow } from './rows/row.ts';
import type { BenchTable } from './table.ts';

/** The table in Markdown. */
export function describeTable({ machine, rounds, contests, growth, gpu, notMeasured }: BenchTable): string {
  const { processor, threads, browser, gpu: adapter, softwareGpu, load } = machine;
  const gpuText = adapter === null ? 'no GPU' : softwareGpu ? `no GPU, ${adapter} (a program) in its place` : adapter;
  return [
    `${processor}, ${threads} threads, ${gpuText}, ${browser}; ${rounds} rounds in turn; ${load.toFixed(1)} processes wanted a core when it began.`,
    ...section(contests, contestTable),
    ...section(growth, growthTable),
    ...section(gpu, gpuTable),
    ...(notMeasured.length > 0 ? ['', ...notMeasured.map((reason) => `Not measured: ${reason}`)] : []),
  ].join('\n');
}

const section = <Row>(rows: Row[], print: (rows: Row[]) => string[]): string[] => (rows.length > 0 ? ['', ...print(rows)] : []);

const told = ({ against, where }: ContestRow, remark: string): string => `${against}, ${where}: ${remark}`;

function contestTable(rows: ContestRow[]): string[] {
  const remarks = [...new Set(rows.flatMap((row) => row.remarks.map((remark) => told(row, remark))))];
  const mark = (row: ContestRow): string => row.remarks.map((remark) => `[${remarks.indexOf(told(row, remark)) + 1}]`).join(' ');
  const lines = rows.map((row) => [row.encoder, `${row.batch} × ${row.tokens}`, row.where, row.what, ms(row.tagsmithMs), row.against, ms(row.againstMs), row.timesAsFast === null ? '' : `× ${row.timesAsFast.toFixed(2)}`, mark(row)]);
  return [
    ...markdownTable(['encoder', 'texts × tokens', 'where', 'what', 'Tagsmith', 'against', 'its time', 'Tagsmith’s speed', ''], lines),
    ...(remarks.length > 0 ? ['', ...remarks.map((remark, index) => `[${index + 1}] ${remark}`)] : []),
  ];
}

function growthTable(rows: GrowthRow[]): string[] {
  return markdownTable(
    ['layers of MiniLM’s width', 'texts × tokens', 'Tagsmith, native CPU', 'PyTorch', 'Tagsmith, tab, WASM'],
    rows.map(({ layers, batch, tokens, nativeMs, pyTorchMs, wasmMs }) => [String(layers), `${batch} × ${tokens}`, ms(nativeMs), ms(pyTorchMs), ms(wasmMs)]),
  );
}

function gpuTable(rows: GpuRow[]): string[] {
  return markdownTable(
    ['a step on the GPU', 'encoder', 'texts × tokens', 'dispatches', 'submits', 'host', 'whole', 'readbacks', 'bytes read', 'bytes sent', 'buffers at most'],
    rows.map((row) => [
      row.who, row.encoder, `${row.batch} × ${row.tokens}`, round(row.dispatches), round(row.submits), ms(row.hostMs), ms(row.stepMs), row.readbacks.toFixed(1), round(row.readBytes), round(row.writtenBytes), `${(row.peakBytes / 2 ** 20).toFixed(1)} MiB`,
    ]),
  );
}

const round = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number | null): string => (value === null ? '–' : `${value < 10 ? value.toFixed(1) : round(value)} ms`);
