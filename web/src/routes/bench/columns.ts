import type { Measurement } from '../../train/bench/protocol.ts';
import { benchText as text } from '../../texts/bench.ts';

/** What stands in a cell; `more` in small below it, or in brackets behind it. */
export interface Cell {
  value: string;
  more?: string;
}

export type Column = Exclude<keyof typeof text.columns, 'row' | 'device'>;

const orMissing = (value: number | null | undefined, print: (value: number) => string): string => (value === null || value === undefined ? text.missing : print(value));

/** The figures of a measurement by column, from left to right: for the table and for the text to copy. */
export const figures: readonly { column: Column; cell(measurement: Measurement, tokens: number): Cell }[] = [
  { column: 'step', cell: ({ stepMs }) => ({ value: text.ms(stepMs.median), more: text.p90(stepMs.p90) }) },
  { column: 'speed', cell: ({ stepMs }, tokens) => ({ value: text.speed(tokensPerSecond(tokens, stepMs.median)) }) },
  { column: 'pass', cell: ({ forwardBackwardMs }) => ({ value: text.ms(forwardBackwardMs.median), more: text.p90(forwardBackwardMs.p90) }) },
  { column: 'update', cell: ({ optimizerMs }) => ({ value: text.ms(optimizerMs.median), more: text.p90(optimizerMs.p90) }) },
  { column: 'host', cell: ({ hostMs }) => ({ value: orMissing(hostMs, text.ms) }) },
  { column: 'first', cell: ({ firstStepMs }) => ({ value: text.ms(firstStepMs) }) },
  { column: 'dispatches', cell: ({ gpu }) => ({ value: orMissing(gpu?.dispatches, text.count), ...(gpu ? { more: text.submits(gpu.submits) } : {}) }) },
  { column: 'sent', cell: ({ gpu }) => ({ value: orMissing(gpu?.writtenBytes, text.bytes), ...(gpu ? { more: text.read(gpu.readBytes) } : {}) }) },
  { column: 'memory', cell: ({ estimatedBytes, gpu }) => ({ value: text.bytes(estimatedBytes), ...(gpu ? { more: text.counted(gpu.peakBytes) } : {}) }) },
  {
    column: 'how',
    cell: ({ recorded, passes, engine }) => ({ value: recorded === null ? engine : recorded ? text.recorded : text.nodeByNode, ...(passes > 1 ? { more: text.passes(passes) } : {}) }),
  },
];

/** @param tokens of a step */
export function tokensPerSecond(tokens: number, stepMs: number): number {
  return (1000 * tokens) / stepMs;
}
