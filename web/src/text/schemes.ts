/** How tags say where an entity begins and ends. */
export type TagScheme = 'BIO' | 'IOB1' | 'BIOES' | 'IO';

/** BIO tags in another scheme. IOB1 has `B-` only behind an entity of the same type; in IO such neighbours become one entity. */
export function inScheme(tags: readonly string[], scheme: TagScheme): string[] {
  if (scheme === 'BIO') return [...tags];
  return tags.map((tag, i) => {
    if (tag === 'O') return tag;
    const type = tag.slice(2);
    const begins = tag.startsWith('B-');
    const before = tags[i - 1] ?? 'O';
    if (scheme === 'IO') return `I-${type}`;
    if (scheme === 'IOB1') return begins && before !== 'O' && before.slice(2) === type ? tag : `I-${type}`;
    const ends = tags[i + 1] !== `I-${type}`;
    return `${ends ? (begins ? 'S' : 'E') : begins ? 'B' : 'I'}-${type}`;
  });
}
