import type { WordRange } from '../../text/span.ts';
import type { Document } from '../document.ts';
import { describeLayout, isComment, isDocumentMark, isWordRange, MARK_IS_WORD, splitColumns } from './conll-layout.ts';
import type { ConllLayout } from './conll-layout.ts';
import { makeDocument } from './reader.ts';
import type { Reader, ReaderContext } from './reader.ts';
import { ImportError } from './report.ts';
import { TagColumn } from './tag-column.ts';

const NUL = /\0/g;
const REPLACEMENT = '\ufffd';
const TAB = 0x09;
const SPACE = 0x20;
const HASH = 0x23;
const HYPHEN = 0x2d;

/** A CoNLL file: a token and its tag a line, a blank line after each sentence. A sentence becomes a document, its tokens joined by one space. */
export class ConllReader implements Reader {
  private readonly layout: ConllLayout;
  private readonly context: ReaderContext;
  private readonly column: TagColumn;
  private tokens: string[] = [];
  private tags: string[] = [];
  private lines: number[] = [];
  private characters = 0;
  private markIsWord = false;

  constructor(layout: ConllLayout, context: ReaderContext) {
    this.layout = layout;
    this.context = context;
    this.column = new TagColumn(layout.prefixed, context.source, context.builder);
    if (layout.tokenColumn !== 0 || (layout.tagColumn !== null && layout.tagColumn !== layout.columns - 1)) {
      context.builder.repair('other-columns', 1, `token in column ${layout.tokenColumn + 1}, tag in column ${layout.tagColumn! + 1} of ${layout.columns}`);
    }
    if (layout.nested) context.builder.repair('nested-columns', 1, `column ${layout.tagColumn! + 1} of ${layout.columns}`, layout.nested);
  }

  read(raw: string, number: number, documents: Document[]): void {
    const line = raw.includes('\0') ? this.withoutNuls(raw, number) : raw;
    const { layout, context } = this;
    const start = line.charCodeAt(0);
    if (!line || ((start === SPACE || start === TAB) && /^[ \t]+$/.test(line))) return this.finish(documents);
    // The common case, without a split: two columns, and neither a mark nor a comment.
    if (layout.columns === 2 && start !== HASH && start !== HYPHEN) {
      const at = line.indexOf(layout.separator);
      if (at > 0 && at === line.lastIndexOf(layout.separator) && (layout.separator === '\t' || !line.includes('\t'))) {
        const tag = this.column.normalise(line.slice(at + 1));
        if (tag !== null) return this.push(line.slice(0, at), tag, number);
      }
    }
    if (!this.markIsWord && isDocumentMark(line)) {
      this.finish(documents);
      context.builder.repair('document-mark', number);
    } else if (line === MARK_IS_WORD) {
      this.markIsWord = true;
    } else if (isComment(line, layout.separator, layout.columns)) {
      context.builder.repair('comment', number, line);
    } else this.readRow(line, number);
  }

  /** A line of NULs is the padding of a file that was never filled; a token of NULs still counts as one. */
  private withoutNuls(line: string, number: number): string {
    this.context.builder.repair('nul', number);
    if (/^\0+$/.test(line)) return '';
    return line
      .split(this.layout.separator)
      .map((column) => (/^\0+$/.test(column) ? REPLACEMENT : column.replace(NUL, '')))
      .join(this.layout.separator);
  }

  private readRow(line: string, number: number): void {
    const { builder } = this.context;
    const { separator, columns, tokenColumn, tagColumn } = this.layout;
    if (tagColumn === null) return this.push(line, 'O', number);
    let fields = splitColumns(line, separator);
    let spaced = separator === ' ';
    if (spaced && line.includes('\t')) {
      builder.repair('mixed-separators', number, line);
      spaced = false;
    } else if (fields.length === 1 && this.endsInTag(line)) {
      builder.repair('mixed-separators', number, line);
      fields = splitColumns(line, ' ');
      spaced = true;
    }
    if (tokenColumn === 1 && isWordRange(fields[0]!)) {
      builder.repair('word-range', number, line);
    } else if (fields.length === columns) {
      const tag = fields[tagColumn]!.trim();
      this.push(fields[tokenColumn]!, this.column.normalise(tag) ?? this.column.repair(tag, number), number);
    } else if (fields.length <= tokenColumn + 1) {
      builder.repair('missing-tag', number, line);
      this.push(fields.at(-1)!, 'O', number);
    } else {
      builder.repair('ragged-columns', number, line);
      this.readRagged(fields, spaced, number);
    }
  }

  /** Whether a line without tabs in a file of tabs is a token, a space and a tag, and not a token that holds a space. */
  private endsInTag(line: string): boolean {
    const tag = / (\S+) *$/.exec(line)?.[1];
    return tag !== undefined && (tag === 'O' || (this.layout.prefixed && this.column.normalise(tag) !== null));
  }

  /** More or fewer columns than usual: the last tag counts. Spare columns before it on a line of spaces belong to a token with spaces. */
  private readRagged(fields: string[], spaced: boolean, number: number): void {
    const { columns, tokenColumn } = this.layout;
    const tagColumn = this.layout.tagColumn!;
    const tagOf = (column: number): string | null => {
      const tag = fields[column]?.trim();
      return tag !== undefined && (this.layout.prefixed || tag === 'O' || fields.length > columns) ? this.column.normalise(tag) : null;
    };
    const fromEnd = tagOf(fields.length - (columns - tagColumn));
    const spare = spaced && fromEnd !== null ? Math.max(0, fields.length - columns) : 0;
    this.push(fields.slice(tokenColumn, tokenColumn + spare + 1).join(' '), fromEnd ?? tagOf(tagColumn) ?? 'O', number);
  }

  private push(token: string, tag: string, number: number): void {
    if (!token) {
      this.context.builder.repair('empty-token', number);
      token = REPLACEMENT;
    }
    this.tokens.push(token);
    this.tags.push(tag);
    this.lines.push(number);
    this.characters += token.length + 1;
    const { limits, builder } = this.context;
    if (this.characters > limits.characters) {
      throw new ImportError(
        `The sentence that begins on line ${this.lines[0]} of ${builder.report.file} has more than ${limits.characters} characters: a blank line must stand after each sentence.`,
        builder.report,
      );
    }
  }

  private finish(documents: Document[]): void {
    if (!this.tokens.length) return;
    this.markIsWord = false;
    const words: WordRange[] = [];
    let offset = 0;
    for (const token of this.tokens) {
      words.push([offset, offset + token.length]);
      offset += token.length + 1;
    }
    const spans = this.column.spans(this.tags, words, this.lines);
    documents.push(makeDocument(this.context, this.lines[0]!, { text: this.tokens.join(' '), words, spans }));
    this.tokens = [];
    this.tags = [];
    this.lines = [];
    this.characters = 0;
  }

  end(documents: Document[]): void {
    this.finish(documents);
    this.context.builder.report.layout = describeLayout(this.layout, this.column.end());
  }
}
