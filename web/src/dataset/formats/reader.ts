import type { SpanSource } from '../../text/span.ts';
import type { Document, Split } from '../document.ts';
import type { Limits } from './limits.ts';
import type { ReportBuilder } from './report.ts';

/** Takes a file's lines one by one and gives documents back when they are complete. Pure: no stream, no clock. */
export interface Reader {
  /** Whether lines are given with the carriage return before their LF, where there is one: then it may be part of a text. */
  readonly keepsReturns?: boolean;
  /** `number` counts from 1. */
  read(line: string, number: number, documents: Document[]): void;
  /** After the last line: what was left open, and what can be said only of the whole. */
  end(documents: Document[]): void;
}

/** What every document of an import has in common. */
export interface ReaderContext {
  builder: ReportBuilder;
  limits: Limits;
  split: Split | undefined;
  source: SpanSource;
  /** Names of the class labels 0, 1, 2, … of a file whose tags are numbers. */
  labels?: readonly string[] | undefined;
}

/** An id that the same file gives again: split, file and line. */
export function documentId({ builder, split }: ReaderContext, line: number): string {
  return `${split ? `${split}/` : ''}${builder.report.file}:${line}`;
}

export function makeDocument(context: ReaderContext, line: number, content: Pick<Document, 'text' | 'words' | 'spans' | 'suggestions'>, id = documentId(context, line)): Document {
  const document: Document = { id, ...content, origin: { file: context.builder.report.file, line } };
  if (context.split) document.split = context.split;
  return document;
}
