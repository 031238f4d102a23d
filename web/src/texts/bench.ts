import { enBench } from './en-bench.ts';

/** Words of the Bench page. They are apart from the others, so that they come with the page. */
export type BenchTexts = typeof enBench;

export const benchText: BenchTexts = enBench;
