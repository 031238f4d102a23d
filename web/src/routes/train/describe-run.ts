import type { Scores } from '../../evaluate/score.ts';
import type { RunRecord } from '../../storage/schema.ts';
import { text } from '../../texts/index.ts';

/** Up to two types with the lowest F1, the worst first; none where there are fewer than three, or all are well, or all are near nought. */
export function weakestTypes(scores: Scores): string[] {
  const scored = Object.entries(scores.types).filter(([, score]) => score.support > 0);
  if (scored.length < 3 || scores.micro.f1 < 0.1) return [];
  return scored
    .filter(([, score]) => score.f1 < 0.9)
    .sort(([, a], [, b]) => a.f1 - b.f1)
    .slice(0, 2)
    .map(([name]) => name);
}

/** How a run's scores came to be, in one sentence. */
export function describeRun({ result, reason, milliseconds }: RunRecord): string {
  const words = text.train;
  const scored = result.scoredOn ? `${words.scoredOn[result.scoredOn]}; ` : '';
  const parts = [words.selection[result.selection.by](result.selection.documents), result.selection.by === 'last-step' ? '' : words.bestStep(result.bestStep), words.reasons[reason], words.took(result.steps, milliseconds, result.device.name)];
  const sentence = `${scored}${parts.filter(Boolean).join(', ')}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
