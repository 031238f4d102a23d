import type { Spread } from '../../train/bench/measure.ts';
import type { BenchDevice, Measurement } from '../../train/bench/protocol.ts';
import { benchText as text } from '../../texts/bench.ts';

/** What stands in a cell; `more` in small below it, or in brackets behind it. */
export interface Cell {
  value: string;
  more?: string;
}

export type Column = Exclude<keyof typeof text.columns, 'row' | 'device'>;

interface Figure {
  column: Column;
  /** Said of a GPU alone. */
  ofGpu?: true;
  /** @param tokens of a step */
  cell(measurement: Measurement, tokens: number): Cell;
}

/** Of fewer steps a 90th percentile is little more than the slowest. */
const ENOUGH = 10;

const orMissing = (value: number | null | undefined, print: (value: number) => string): string => (value === null || value === undefined ? text.missing : print(value));

const figures: readonly Figure[] = [
  { column: 'step', cell: ({ stepMs, measured }) => ({ value: text.ms(stepMs.median), more: measured < ENOUGH ? text.of(measured) : text.p90(stepMs.p90) }) },
  { column: 'speed', cell: ({ stepMs }, tokens) => ({ value: text.speed((1000 * tokens) / stepMs.median) }) },
  { column: 'pass', cell: ({ forwardBackwardMs, measured }) => spread(forwardBackwardMs, measured) },
  { column: 'update', cell: ({ optimizerMs, measured }) => spread(optimizerMs, measured) },
  { column: 'host', ofGpu: true, cell: ({ hostMs }) => ({ value: orMissing(hostMs, text.ms) }) },
  { column: 'first', cell: ({ firstStepMs }) => ({ value: text.ms(firstStepMs) }) },
  { column: 'dispatches', ofGpu: true, cell: ({ gpu }) => ({ value: orMissing(gpu?.dispatches, text.count), ...(gpu ? { more: text.submits(gpu.submits) } : {}) }) },
  { column: 'sent', ofGpu: true, cell: ({ gpu }) => ({ value: orMissing(gpu?.writtenBytes, text.bytes), ...(gpu ? { more: text.read(gpu.readBytes) } : {}) }) },
  { column: 'memory', cell: ({ estimatedBytes, gpu }) => ({ value: text.bytes(estimatedBytes), ...(gpu ? { more: text.counted(gpu.peakBytes) } : {}) }) },
  {
    column: 'how',
    cell({ way, passes, recomputes, engine }) {
      const more = [...(passes > 1 ? [text.passes(passes)] : []), ...(recomputes ? [text.recomputes] : [])].join(', ');
      return { value: way === null ? engine : text.ways[way], ...(more ? { more } : {}) };
    },
  },
];

/** The figures of a measurement by column, from left to right, for the table and for the text to copy: those that are of interest on these devices. */
export function figuresOn(entries: readonly { device: BenchDevice }[]): readonly Figure[] {
  return entries.some(({ device }) => device !== 'wasm') ? figures : figures.filter(({ ofGpu }) => !ofGpu);
}

function spread({ median, p90 }: Spread, measured: number): Cell {
  return { value: text.ms(median), ...(measured < ENOUGH ? {} : { more: text.p90(p90) }) };
}
