import { lenientEntities } from '../text/entities.ts';
import type { WordEntity } from '../text/entities.ts';

/** How tags are read: `default` as seqeval's default mode and conlleval, `strict` as seqeval's strict mode with the scheme IOB2. */
export type TagMode = 'default' | 'strict';

/** Entities of one sentence's tags. */
export function entitiesOfTags(tags: readonly string[], mode: TagMode): WordEntity[] {
  return mode === 'strict' ? strictEntities(tags) : lenientEntities(tags);
}

/** IOB2 to the letter: only `B-` begins an entity, only `I-` of its type goes on with it, all else is outside. */
function strictEntities(tags: readonly string[]): WordEntity[] {
  const entities: WordEntity[] = [];
  let open: WordEntity | null = null;
  tags.forEach((tag, i) => {
    const prefix = tag.charAt(0);
    const type = tag.slice(1).replace(/^-+|-+$/g, '') || '_';
    if (prefix !== 'B' && prefix !== 'I' && prefix !== 'O') {
      throw new Error(`Tag ${i + 1} of a sentence is "${tag}": strict scores are defined for BIO tags (B-…, I-…, O). Use the default mode.`);
    }
    if (prefix === 'B') entities.push((open = { type, first: i, last: i }));
    else if (prefix === 'I' && open?.type === type) open.last = i;
    else open = null;
  });
  return entities;
}
