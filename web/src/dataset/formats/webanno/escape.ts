/**
 * Escapes of WebAnno TSV 3.2 and later (INCEpTION user guide, "WebAnno TSV 3.3 File format", "Reserved Characters"). The guide names one list;
 * INCEpTION escapes the reserved characters in values alone, and in texts control characters besides the backslash. Both are read in either place.
 */

const LETTERS: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f', b: '\b' };
const OF_CONTROLS: Record<string, string> = Object.fromEntries(Object.entries(LETTERS).map(([letter, control]) => [control, `\\${letter}`]));

/** A text, or a part of it without line ends: those between `#Text=` lines are no escapes. A vertical tab stands for itself. */
export function escapeText(text: string): string {
  return text.replace(/[\\\0-\x0a\x0c-\x1f]/g, (character) => OF_CONTROLS[character] ?? `\\${character}`);
}

/** A value of a feature. `->` is escaped as one. A carriage return, which INCEpTION leaves as it is, would end the line for it. */
export function escapeValue(value: string): string {
  return value.replace(/->|[\\[\]|_;*\t\n\r]/g, (found) => OF_CONTROLS[found] ?? `\\${found}`);
}

/** A backslash before anything but a letter of an escape stands for what follows it; before another letter, for itself. */
export function unescape(escaped: string): string {
  if (!escaped.includes('\\')) return escaped;
  return escaped.replace(/\\([^])/g, (whole, character: string) => LETTERS[character] ?? (/[\p{L}\p{N}]/u.test(character) ? whole : character));
}

/** Texts of 3.0 and 3.1 are escaped as Java strings. */
export function unescapeJava(escaped: string): string {
  return unescape(escaped.replace(/(\\\\)|\\u+([\da-f]{4})/gi, (whole, backslash: string | undefined, code: string) => (backslash ? whole : String.fromCharCode(parseInt(code, 16)))));
}
