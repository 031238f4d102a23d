import type { WordEntity } from '../text/entities.ts';
import { scoresOfCounts } from './counts.ts';
import type { Counts } from './counts.ts';
import { entitiesOfTags } from './entities.ts';
import type { TagMode } from './entities.ts';
import { checkLengths, countMatches } from './match.ts';
import type { Entity } from './match.ts';
import type { Scores } from './score.ts';

/** Entity scores of tag sequences, one a sentence, equal to seqeval's. Where there is no entity at all every score is 0 (seqeval's macro is undefined). */
export function scoreTags(gold: readonly (readonly string[])[], predicted: readonly (readonly string[])[], mode: TagMode = 'default'): Scores {
  checkLengths(gold, predicted);
  const byType = new Map<string, Counts>();
  gold.forEach((tags, i) => {
    const guess = predicted[i]!;
    if (tags.length !== guess.length) {
      throw new Error(`Sentence ${i + 1} has ${tags.length} gold tags and ${guess.length} predicted ones: both files must hold the same tokens.`);
    }
    countMatches(entitiesOfTags(tags, mode).map(toEntity), entitiesOfTags(guess, mode).map(toEntity), byType);
  });
  return scoresOfCounts(byType);
}

function toEntity({ type, first, last }: WordEntity): Entity {
  return { type, start: first, end: last + 1 };
}
