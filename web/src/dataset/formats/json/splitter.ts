/** What a file of JSON is, by its first line: an object a line, one array, or objects that go over several lines. */
export type Container = 'lines' | 'array' | 'objects';

/** A first line that is not whole says by its end whether it goes on (`{`, `"data": [`) or is broken. */
export function detectContainer(sample: readonly string[]): Container {
  const first = sample.find((line) => line.trim())?.trim() ?? '';
  if (first.startsWith('[')) return isPair(first) ? 'lines' : 'array';
  if (!first.startsWith('{')) return 'lines';
  return parse(first) === undefined && /[[{,:]$/.test(first) ? 'objects' : 'lines';
}

/** spaCy 2 has lines of [text, {"entities": […]}]. */
function isPair(line: string): boolean {
  const value = /^\[\s*"/.test(line) ? parse(line) : undefined;
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'object';
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

const OUTSIDE = /["[\]{},]/g;
const INSIDE = /["\\]/g;

/**
 * Cuts JSON that goes over lines into values: those of one array, or those that follow each other. It holds one value at a time,
 * needs no stack, and judges only brackets and strings: whether a value is valid is for `JSON.parse` to say.
 */
export class ValueSplitter {
  /** Characters of the value that is not complete yet. */
  held = 0;
  /** Line (from 1) on which it begins; 0 where nothing of it has been seen. */
  begun = 0;
  private readonly array: boolean;
  private readonly take: (value: string, line: number) => void;
  private parts: string[] = [];
  private depth = 0;
  private inString = false;
  private afterComma = false;
  private closed = false;

  constructor(array: boolean, take: (value: string, line: number) => void) {
    this.array = array;
    this.take = take;
  }

  /** Whether the file may end here. */
  get complete(): boolean {
    return this.array ? this.closed : this.depth === 0 && this.begun === 0;
  }

  /** Whether an array has ended and this line has something after it. */
  isTooMuch(line: string): boolean {
    return this.closed && line.trim() !== '';
  }

  feed(line: string, number: number): void {
    if (this.closed) return;
    let from = 0;
    for (let at = 0; at < line.length && !this.closed; ) {
      const pattern = this.inString ? INSIDE : OUTSIDE;
      pattern.lastIndex = at;
      const index = pattern.exec(line)?.index;
      if (index === undefined) break;
      at = index + 1;
      const character = line.charAt(index);
      if (character === '"') this.inString = !this.inString;
      else if (character === '\\') at++;
      else from = this.bracket(character, line, from, index, number);
    }
    this.keep(line.slice(from), number);
  }

  /** Returns where the next part of a value begins in the line. */
  private bracket(character: string, line: string, from: number, index: number, number: number): number {
    if (character === ',') {
      if (!this.array || this.depth !== 1) return from;
      this.afterComma = true;
      this.keep(line.slice(from, index), number);
      this.finish(number);
      return index + 1;
    }
    if (character === '[' || character === '{') return this.depth++ === 0 && this.array ? index + 1 : from;
    this.depth--;
    if (this.depth > 0) return from;
    this.keep(line.slice(from, this.array ? index : index + 1), number);
    if (this.array) this.closed = true;
    if (this.begun || !this.array || this.afterComma) this.finish(number);
    this.depth = 0;
    return index + 1;
  }

  private keep(part: string, number: number): void {
    if (this.closed || (!this.begun && !part.trim())) return;
    this.begun ||= number;
    this.parts.push(part);
    this.held += part.length;
  }

  private finish(number: number): void {
    this.take(this.parts.join('\n'), this.begun || number);
    this.parts = [];
    this.held = 0;
    this.begun = 0;
  }
}
