/** An entity over words: `first` and `last` are word numbers, both inclusive. */
export interface WordEntity {
  type: string;
  first: number;
  last: number;
}

/** The prefix and the type of a tag as seqeval reads them: `B-creative-work` → `B`, `creative-work`; a tag without a type has type `_`. */
function readTag(tag: string): [prefix: string, type: string] {
  const rest = tag.slice(1);
  const hyphen = rest.indexOf('-');
  return [tag.charAt(0), (hyphen < 0 ? rest : rest.slice(hyphen + 1)) || '_'];
}

/** Prefix pairs (before, now) between which an entity of one type ends. */
const ENDS = new Set(['BB', 'BS', 'BO', 'IB', 'IS', 'IO']);
/** Prefix pairs between which one begins. */
const BEGINS = new Set(['EE', 'EI', 'SE', 'SI', 'OE', 'OI']);

/**
 * Entities of one sentence as seqeval's default mode (and conlleval) finds them: `I-X` after anything but `B-X` or `I-X`
 * begins an entity, `E-` and `S-` end one, any change of type ends one and begins the next.
 */
export function lenientEntities(tags: readonly string[]): WordEntity[] {
  const entities: WordEntity[] = [];
  let first = 0;
  let [before, typeBefore] = ['O', ''];
  for (let i = 0; i <= tags.length; i++) {
    const [now, type] = readTag(i < tags.length ? tags[i]! : 'O');
    const changed = type !== typeBefore;
    const pair = before + now;
    const ended = before === 'E' || before === 'S' || ENDS.has(pair) || (before !== 'O' && before !== '.' && changed);
    if (ended) entities.push({ type: typeBefore, first, last: i - 1 });
    if (now === 'B' || now === 'S' || BEGINS.has(pair) || (now !== 'O' && now !== '.' && changed)) first = i;
    [before, typeBefore] = [now, type];
  }
  return entities;
}
