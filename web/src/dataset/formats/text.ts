import type { Document } from '../document.ts';
import { makeDocument } from './reader.ts';
import type { Reader, ReaderContext } from './reader.ts';
import { ImportError } from './report.ts';

/** What makes one text of a plain file: a line, or lines up to a blank one. */
export type TextUnit = 'line' | 'paragraph';

/** Paragraphs where blank lines part groups of lines and most groups have several, as in hard-wrapped text; else lines. */
export function detectTextUnit(sample: readonly string[]): TextUnit {
  const groups = sample
    .map((line) => (line.trim() ? 'x' : ' '))
    .join('')
    .split(/ +/)
    .filter((group) => group);
  return groups.length > 1 && groups.filter(({ length }) => length > 1).length * 2 > groups.length ? 'paragraph' : 'line';
}

/** Plain text without spans. Blank lines are no texts; white space at the edges of a text is left out. */
export class TextReader implements Reader {
  private readonly unit: TextUnit;
  private readonly context: ReaderContext;
  private lines: string[] = [];
  private first = 0;
  private characters = 0;

  constructor(unit: TextUnit, context: ReaderContext) {
    this.unit = unit;
    this.context = context;
    context.builder.report.layout = unit === 'line' ? 'one text a line' : 'one text a paragraph (blank lines between them)';
  }

  read(raw: string, number: number, documents: Document[]): void {
    if (raw.includes('\0')) this.context.builder.repair('nul', number);
    const line = raw.replaceAll('\0', '').trim();
    if (!line) return this.finish(documents);
    if (!this.lines.length) this.first = number;
    this.lines.push(line);
    this.characters += line.length;
    const { limits, builder } = this.context;
    if (this.characters > limits.characters) {
      throw new ImportError(`The text on line ${this.first} of ${builder.report.file} has more than ${limits.characters} characters. Cut it into parts.`, builder.report);
    }
    if (this.unit === 'line') this.finish(documents);
  }

  private finish(documents: Document[]): void {
    if (!this.lines.length) return;
    documents.push(makeDocument(this.context, this.first, { text: this.lines.join('\n'), spans: [] }));
    this.lines = [];
    this.characters = 0;
  }

  end(documents: Document[]): void {
    this.finish(documents);
  }
}
