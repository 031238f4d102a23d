import { expect, test } from 'vitest';
import { describeBrowser } from '../../../web/src/routes/bench/browser-name.ts';
import { figuresOn } from '../../../web/src/routes/bench/columns.ts';
import { finding, ratios } from '../../../web/src/routes/bench/finding.ts';
import { devicesOf } from '../../../web/src/routes/bench/devices.ts';
import { reportJson, reportMarkdown, type BenchResult } from '../../../web/src/routes/bench/report.ts';
import type { Measurement } from '../../../web/src/train/bench/protocol.ts';
import { benchText } from '../../../web/src/texts/bench.ts';

const work = { dispatches: 263, submits: 17, readbacks: 0.1, readBytes: 4, writtenBytes: 10_240, peakBytes: 12e6 };
const measurement = (stepMs: number, change: Partial<Measurement> = {}): Measurement => ({
  stepMs: { median: stepMs, p90: 1.25 * stepMs }, forwardBackwardMs: { median: 0.75 * stepMs, p90: stepMs }, optimizerMs: { median: 1.04, p90: 2 }, hostMs: null, firstStepMs: 900,
  measured: 40, passes: 1, gpu: null, parameters: 1, bytes: 16, embeddingRows: 1, engine: 'CPU, 2 threads', way: null, recomputes: false, estimatedBytes: 11e6, ...change,
});
const tiny = { encoder: 'tiny', batch: 8, tokens: 32 } as const;
const large = { encoder: 'bert', batch: 32, tokens: 128 } as const;
const entries: BenchResult['entries'] = [
  { row: tiny, device: 'webgpu', outcome: { state: 'measured', measurement: measurement(4, { engine: 'Some GPU', way: 'recorded', hostMs: 0.51, gpu: work, passes: 2, recomputes: true }) } },
  { row: tiny, device: 'wasm', outcome: { state: 'measured', measurement: measurement(20) } },
  { row: large, device: 'webgpu', outcome: { state: 'failed', message: 'The GPU has not enough memory.', advice: 'Close other tabs.' } },
  { row: large, device: 'wasm', outcome: { state: 'stopped' } },
];
const result: BenchResult = { version: '1.2.3', at: Date.UTC(2026, 4, 1, 12), browser: 'Firefox 150', platform: 'Linux', gpu: { name: 'Some GPU', software: false }, machine: '8 processor cores', isolated: true, disturbed: false, entries };

test('the text to copy holds a table with every figure, what it comes to, and why a row has none', () => {
  const text = reportMarkdown(result);
  const [header, rule, ...lines] = text.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string): string[] => line.split('|').slice(1, -1).map((cell) => cell.trim());
  expect(cells(header!)).toEqual([benchText.columns.row, benchText.columns.device, ...figuresOn(entries).map(({ column }) => benchText.columns[column])]);
  expect(cells(rule!).every((cell) => cell === '---')).toBe(true);
  expect(lines.map(cells)).toEqual([
    ['Tiny, 8 × 32', 'GPU', '4.0 ms (p90 5.0 ms)', '64,000', '3.0 ms (p90 4.0 ms)', '1.0 ms (p90 2.0 ms)', '0.5 ms', '900 ms', '263 (17 submits)', '10 kB (4 B read)', '11 MB (counted 12 MB)', 'recorded (2 passes, layers twice)'],
    ['Tiny, 8 × 32', 'CPU', '20 ms (p90 25 ms)', '12,800', '15 ms (p90 20 ms)', '1.0 ms (p90 2.0 ms)', '–', '900 ms', '–', '–', '11 MB', 'CPU, 2 threads'],
  ]);
  expect(text).toContain('Tagsmith 1.2.3 bench');
  expect(text).toContain('The GPU trains 5.0 × as fast as the CPU');
  expect(text).toContain('Tiny, 8 × 32: the GPU is 5.0 × as fast as the CPU.');
  expect(text).toContain('BERT-base, 32 × 128, GPU: The GPU has not enough memory. Close other tabs.');
  expect(text).toContain('BERT-base, 32 × 128, CPU: Stopped');
  expect(text).toContain('Firefox 150 on Linux');
  expect(text).not.toMatch(/undefined|NaN|null/);
});

test('of CPUs alone the text holds no columns of a GPU, and of few steps no percentile', () => {
  const text = reportMarkdown({ ...result, entries: [{ row: tiny, device: 'wasm', outcome: { state: 'measured', measurement: measurement(20, { measured: 3 }) } }] });
  expect(text).toContain('| Tiny, 8 × 32 | CPU | 20 ms (of 3 steps) | 12,800 | 15 ms | 1.0 ms | 900 ms | 11 MB | CPU, 2 threads |');
  expect(text).not.toContain(benchText.columns.dispatches);
});

test('the same as JSON holds the figures as they were measured', () => {
  const json = JSON.parse(reportJson(result)) as { tagsmith: string; date: string; rows: { layers: number; problem?: string; measurement?: Measurement }[] };
  expect(json).toMatchObject({ tagsmith: '1.2.3', date: '2026-05-01T12:00:00.000Z', browser: 'Firefox 150' });
  expect(json.rows.map(({ layers }) => layers)).toEqual([2, 2, 12, 12]);
  expect(json.rows[1]!.measurement).toEqual(measurement(20));
  expect(json.rows[3]!.problem).toBe('Stopped');
});

test('half precision is a row of its own, and is held against full precision', () => {
  const half = { row: tiny, device: 'webgpu-half' as const, outcome: { state: 'measured' as const, measurement: measurement(2.5, { engine: 'Some GPU', way: 'recorded', hostMs: 0.5, gpu: work }) } };
  const text = reportMarkdown({ ...result, entries: [entries[0]!, half, entries[1]!] });
  expect(text).toContain('layers are float16');
  expect(reportMarkdown(result), 'where nothing is in half precision').not.toContain('float16');
  expect(text).toContain('| Tiny, 8 × 32 | GPU, half precision | 2.5 ms (p90 3.1 ms) |');
  expect(text).toContain('Tiny, 8 × 32: the GPU is 5.0 × as fast as the CPU.');
  expect(text).toContain('Tiny, 8 × 32: half precision is 1.6 × as fast as full on the GPU.');
  expect(reportMarkdown({ ...result, entries: [half] }), 'by itself it has columns of a GPU').toContain(`| ${benchText.columns.dispatches} |`);
});

test('shaders of our own are a row of their own where a training has others, and are held against those', () => {
  const own = { row: tiny, device: 'webgpu-own' as const, outcome: { state: 'measured' as const, measurement: measurement(2, { engine: 'Some GPU', way: 'own', hostMs: 0.5, gpu: work }) } };
  const text = reportMarkdown({ ...result, entries: [entries[0]!, own, entries[1]!] });
  expect(text).toContain('| Tiny, 8 × 32 | GPU, own shaders | 2.0 ms (p90 2.5 ms) |');
  expect(text).toContain('Tiny, 8 × 32: Tagsmith’s own shaders are 2.0 × as fast as ONNX Runtime’s.');
  const same = { ...own, device: 'webgpu' as const };
  expect(reportMarkdown({ ...result, entries: [same, own] }), 'where both are ours').not.toContain('ONNX Runtime’s');
  expect(text).toContain('Tiny, 8 × 32: the GPU is 5.0 × as fast as the CPU.');
});

test('on a GPU are measured the ways that it has: the usual one, the other, half precision', () => {
  const gpu = { software: false, halfPrecision: true };
  expect(devicesOf(gpu, 'both', true)).toEqual(['webgpu', 'webgpu-own', 'webgpu-half', 'wasm']);
  expect(devicesOf(gpu, 'webgpu', false), 'without JSPI they are the usual ones').toEqual(['webgpu', 'webgpu-half']);
  expect(devicesOf({ software: true, halfPrecision: false }, 'both', true)).toEqual(['webgpu', 'wasm']);
  expect(devicesOf(gpu, 'wasm', true)).toEqual(['wasm']);
  expect(devicesOf(null, 'both', true)).toEqual(['wasm']);
});

test('a comparison needs both devices, and says which of them is quicker', () => {
  const of = (...steps: [number, number][]) =>
    steps.flatMap(([gpu, cpu], index) => (['webgpu', 'wasm'] as const).map((device) => ({ row: { ...tiny, batch: index + 1 }, device, outcome: { state: 'measured' as const, measurement: measurement(device === 'webgpu' ? gpu : cpu) } })));
  expect(finding(ratios(entries.slice(1)))).toBeNull();
  expect(finding(ratios(of([10, 30], [10, 120])))).toBe('The GPU trains 3.0 to 12 × as fast as the CPU');
  expect(finding(ratios(of([30, 10])))).toBe('The CPU trains 3.0 × as fast as the GPU');
  expect(finding(ratios(of([20, 10], [10, 40])))).toBe('It depends on the size: the CPU is up to 2.0 × as fast, the GPU up to 4.0 ×');
});

test('a browser is told by its own name', () => {
  const brands = (...names: string[]) => ({ brands: names.map((brand) => ({ brand, version: '156' })), platform: 'Linux' });
  expect(describeBrowser({ userAgent: '', userAgentData: brands('Not;A=Brand', 'Chromium', 'Microsoft Edge') })).toEqual({ browser: 'Microsoft Edge 156', platform: 'Linux' });
  expect(describeBrowser({ userAgent: '', userAgentData: brands('Chromium', 'Not_A Brand') }).browser).toBe('Chromium 156');
  const agents = {
    'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0': 'Firefox 150',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15': 'Safari 26',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0.1 Mobile/15E148 Safari/604.1': 'Chrome 156',
    'Something of its own': 'Something of its own',
  };
  for (const [userAgent, browser] of Object.entries(agents)) expect(describeBrowser({ userAgent }).browser).toBe(browser);
});
