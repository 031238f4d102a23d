import { countLabels } from '../../dataset/facts/counts.ts';
import { draw } from '../draw.ts';
import { splitDocuments } from '../../dataset/split/split.ts';
import type { Held } from './held.ts';
import type { DrawSettings, Outcome } from './protocol.ts';

/** What a split, a sample or noise would give. */
export function answerDraw({ documents }: Held, asked: DrawSettings): Outcome {
  if (asked.kind === 'split') {
    const { splits, ids } = splitDocuments(documents, asked.settings);
    return { counts: countLabels(documents.map((document, index) => ({ ...document, split: splits[index]! }))), splits, ids, short: [] };
  }
  const drawn = draw(documents, asked);
  return {
    counts: countLabels(drawn.documents),
    ids: { train: drawn.ids },
    short: 'short' in drawn ? drawn.short : [],
    ...('dropped' in drawn ? { dropped: { spans: drawn.dropped, of: drawn.spans } } : {}),
  };
}
