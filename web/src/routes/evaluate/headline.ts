import type { Scores } from '../../evaluate/score.ts';
import { text } from '../../texts/index.ts';

/** Precision and recall in a sentence. */
export function headline({ micro }: Scores): string {
  const words = text.evaluate;
  if (micro.recall === 0) return words.headline.none;
  return words.headline.found(words.share(micro.recall), words.share(micro.precision));
}
