import type { BenchDevice, BenchStage } from '../../train/bench/protocol.ts';
import { benchText as text } from '../../texts/bench.ts';

/** What a measurement is at, in words. */
export function stageWords(stage: BenchStage | null, device: BenchDevice): string {
  if (stage === null) return text.stages.device;
  return stage.name === 'first-step' ? text.stages['first-step'][device] : text.stages[stage.name];
}
