const longest = 40;
/** Control characters, line breaks, direction marks and overrides, blanks of no width, halves of characters. Joiners within a word may stay. */
const unwanted = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/u;

/** A name as people write it, without blanks around it; undefined where it is empty, too long or holds what nobody could see. */
export function readName(given: string, characters: number = longest): string | undefined {
  const name = given.normalize('NFC').trim().replace(/\s+/g, ' ');
  return unwanted.test(given.trim()) || [...name].length > characters || sameNames(name) === '' ? undefined : name;
}

/** What names that look alike have in common. */
export function sameNames(name: string): string {
  return name.normalize('NFKC').replace(/\p{Cf}/gu, '').toLowerCase().trim();
}

/** The name, or the first of `name 2`, `name 3` … that nobody has. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 2, free = name; ; number++) {
    if (!taken.has(sameNames(free))) return free;
    const ending = ` ${number}`;
    free = [...name].slice(0, longest - ending.length).join('').trimEnd() + ending;
  }
}
