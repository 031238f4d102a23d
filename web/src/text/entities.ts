/** An entity over words: `first` and `last` are word numbers, both inclusive. */
export interface WordEntity {
  type: string;
  first: number;
  last: number;
}

/** The type of a tag as seqeval reads it: `B-creative-work` → `creative-work`; a tag without a type has type `_`. */
function typeOf(tag: string): string {
  const hyphen = tag.indexOf('-', 1);
  return tag.slice(hyphen < 0 ? 1 : hyphen + 1) || '_';
}

/** Whether an entity ends between two tags of one type, by their prefixes. */
function ends(before: string, now: string): boolean {
  return before === 'E' || before === 'S' || ((before === 'B' || before === 'I') && (now === 'B' || now === 'S' || now === 'O'));
}

/** Whether one begins. */
function begins(before: string, now: string): boolean {
  return now === 'B' || now === 'S' || ((before === 'O' || before === 'E' || before === 'S') && (now === 'E' || now === 'I'));
}

/**
 * Entities of one sentence as seqeval's default mode (and conlleval) finds them: `I-X` after anything but `B-X` or `I-X`
 * begins an entity, `E-` and `S-` end one, any change of type ends one and begins the next.
 */
export function lenientEntities(tags: readonly string[]): WordEntity[] {
  const entities: WordEntity[] = [];
  let first = 0;
  let before = 'O';
  let typeBefore = '';
  for (let i = 0; i <= tags.length; i++) {
    const tag = i < tags.length ? tags[i]! : 'O';
    if (tag === 'O' && before === 'O') continue;
    const now = tag.charAt(0);
    const type = typeOf(tag);
    const changed = type !== typeBefore;
    if (ends(before, now) || (changed && before !== 'O' && before !== '.')) entities.push({ type: typeBefore, first, last: i - 1 });
    if (begins(before, now) || (changed && now !== 'O' && now !== '.')) first = i;
    before = now;
    typeBefore = type;
  }
  return entities;
}
