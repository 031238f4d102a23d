/**
 * Offsets are UTF-16 code units inside the program, because strings are indexed so, and code points in files, because most
 * other tools count so. A text without surrogates needs no table.
 */

const SURROGATE = /[\ud800-\udfff]/;

const identity = (offset: number): number => offset;

/** UTF-16 length of a code point. */
function width(codePoint: number): 1 | 2 {
  return codePoint > 0xffff ? 2 : 1;
}

/** A function from UTF-16 offsets of `text` to code point offsets. An offset inside a surrogate pair gives that of the pair. */
export function utf16ToCodePoints(text: string): (offset: number) => number {
  if (!SURROGATE.test(text)) return identity;
  const table = new Uint32Array(text.length + 1);
  let count = 0;
  for (let i = 0; i < text.length; ) {
    const step = width(text.codePointAt(i)!);
    table[i] = count;
    if (step === 2) table[i + 1] = count;
    i += step;
    count++;
  }
  table[text.length] = count;
  return (offset) => table[offset] ?? count;
}

/** A function from code point offsets of `text` to UTF-16 offsets. Offsets past the end go on counting, so that they stay out of range. */
export function codePointsToUtf16(text: string): (offset: number) => number {
  if (!SURROGATE.test(text)) return identity;
  const table: number[] = [];
  for (let i = 0; i < text.length; i += width(text.codePointAt(i)!)) table.push(i);
  table.push(text.length);
  return (offset) => table[offset] ?? text.length + 1 + (offset - table.length);
}

/** Whether an offset lies inside a surrogate pair: no word and no span may begin or end there. */
export function isInsidePair(text: string, offset: number): boolean {
  return offset > 0 && (text.codePointAt(offset - 1) ?? 0) > 0xffff;
}
