import type { SpanSource } from '../../text/span.ts';
import type { Document, Split } from '../document.ts';
import { chunksOf, peek } from './bytes.ts';
import type { ByteSource } from './bytes.ts';
import { ConllReader } from './conll.ts';
import { detectConllLayout, isTokensAlone, TOKENS_ALONE } from './conll-layout.ts';
import { detectFormat, formatOfName, isParquet } from './detect.ts';
import { JsonReader } from './json/reader.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Limits } from './limits.ts';
import { readLines } from './lines.ts';
import type { LineBlock } from './lines.ts';
import type { Reader, ReaderContext } from './reader.ts';
import { ImportError, ReportBuilder } from './report.ts';
import type { Format } from './format.ts';
import type { ImportReport } from './report.ts';
import { detectTable } from './table/layout.ts';
import { TableReader, unreadableTable } from './table/reader.ts';
import { detectTextUnit, TextReader } from './text.ts';
import type { TextUnit } from './text.ts';
import { WebannoReader } from './webanno/reader.ts';

export interface ImportOptions {
  /** Marks every document. */
  split?: Split;
  limits?: Partial<Limits>;
  /** Else found by content, with the name as a hint. */
  format?: Format;
  /** Of plain text; else found by content. */
  unit?: TextUnit;
  /** Who made the file's spans; `manual` unless told. */
  source?: SpanSource;
  /** Names of the class labels 0, 1, 2, … where the file's tags are numbers and another file says what they mean (Hugging Face: README.md, dataset_info.json; see `classLabelNames`). */
  labels?: readonly string[];
  /** Takes a file although some of its lines cannot be read; they are in the report. */
  skipProblems?: boolean;
}

/** A file being read: documents as they come, and a report that is complete when they are. */
export interface OpenImport {
  report: ImportReport;
  documents: AsyncGenerator<Document>;
}

/** Lines that are looked at before the first document is made. */
const SAMPLE_LINES = 5000;

/**
 * Reads a file in bounded memory. Throws an `ImportError` at what makes the whole file unreadable (no text, a limit, a binary file);
 * lines that cannot be read are `problems` of the report, and the caller decides.
 */
export function openImport(name: string, source: ByteSource, options: ImportOptions = {}): OpenImport {
  const builder = new ReportBuilder(name);
  const context: ReaderContext = { builder, limits: { ...DEFAULT_LIMITS, ...options.limits }, split: options.split, source: options.source ?? 'manual', labels: options.labels };
  return { report: builder.report, documents: readDocuments(source, context, options) };
}

/** A whole file, or an `ImportError` that names the lines it fails at: nothing is kept of a file that cannot be read whole. */
export async function importFile(name: string, source: ByteSource, options: ImportOptions = {}): Promise<{ documents: Document[]; report: ImportReport }> {
  const { report, documents: incoming } = openImport(name, source, options);
  const documents: Document[] = [];
  for await (const document of incoming) documents.push(document);
  if (report.problemCount && !options.skipProblems) throw new ImportError(describeProblems(report), report);
  return { documents, report };
}

async function* readDocuments(source: ByteSource, context: ReaderContext, options: ImportOptions): AsyncGenerator<Document> {
  const { builder, limits } = context;
  const { report } = builder;
  const { head, whole } = await peek(chunksOf(source), 5);
  if (isParquet(head) || (options.format ?? formatOfName(report.file)) === 'parquet') {
    yield* (await import('./parquet.ts')).readParquet(whole, context);
    return;
  }
  const blocks = readLines(whole, limits, builder);
  const sampled: LineBlock[] = [];
  for (let count = 0; count < SAMPLE_LINES; ) {
    const { done, value } = await blocks.next();
    if (done) break;
    sampled.push(value);
    count += value.lines.length;
  }
  if (!report.bytes) throw new ImportError(`${report.file} is empty.`, report);
  const sample = sampled.flatMap(({ lines }) => lines).slice(0, SAMPLE_LINES);
  const reader = createReader(sample, context, options);

  const ready: Document[] = [];
  const take = (): Document[] => {
    report.documents += ready.length;
    for (const { spans } of ready) report.spans += spans.length;
    if (report.documents > limits.documents) {
      throw new ImportError(`${report.file} has more than ${limits.documents} texts. Import it in parts.`, report);
    }
    return ready.splice(0);
  };
  for await (const { first, lines, returned } of chain(sampled, blocks)) {
    for (let i = 0; i < lines.length; i++) {
      const returns = returned.has(i);
      if (returns && !reader.keepsReturns) builder.repair('crlf', first + i);
      reader.read(returns && reader.keepsReturns ? `${lines[i]!}\r` : lines[i]!, first + i, ready);
    }
    yield* take();
  }
  reader.end(ready);
  yield* take();
  if (!report.documents && !report.problemCount) {
    throw new ImportError(`${report.file} has no texts: its ${report.lines} lines are blank or marks. A split without texts is better left out.`, report);
  }
}

async function* chain(first: readonly LineBlock[], rest: AsyncGenerator<LineBlock>): AsyncGenerator<LineBlock> {
  yield* first;
  yield* rest;
}

/** Their items are recognised one by one, so that one reader takes them all. */
const JSON_FORMATS: readonly Format[] = ['jsonl', 'doccano', 'gliner', 'label-studio', 'hugging-face'];

function createReader(sample: readonly string[], context: ReaderContext, options: ImportOptions): Reader {
  const { report } = context.builder;
  const cleaned = sample.map((line) => line.replaceAll('\0', ''));
  const format = options.format ?? detectFormat(report.file, cleaned);
  report.format = format;
  if (JSON_FORMATS.includes(format)) return new JsonReader(cleaned, context);
  if (format === 'csv' || format === 'tsv') return openTable(cleaned, format, context);
  if (format === 'webanno') return new WebannoReader(context);
  if (format === 'text') return new TextReader(options.unit ?? detectTextUnit(cleaned), context);
  const layout = detectConllLayout(cleaned) ?? (isTokensAlone(cleaned) ? TOKENS_ALONE : null);
  if (layout) return new ConllReader(layout, context);
  const at = cleaned.findIndex((line) => line.trim() && !line.startsWith('-DOCSTART-'));
  throw new ImportError(
    at < 0
      ? `${report.file} has no texts: its ${report.lines} lines are blank or marks. A split without texts is better left out.`
      : `${report.file} has no column of tags: line ${at + 1} is "${cleaned[at]!.slice(0, 80)}". A CoNLL file has a token, a tab (or space) and a tag like O or B-person a line.`,
    report,
  );
}

function openTable(sample: readonly string[], format: 'csv' | 'tsv', context: ReaderContext): Reader {
  const layout = detectTable(sample, format === 'tsv' ? ['\t'] : undefined);
  if (!layout) throw unreadableTable(context, sample.find((line) => line.trim()) ?? '');
  return new TableReader(layout, context);
}

/** The first problems in words, with their lines. */
export function describeProblems({ file, problems, problemCount }: ImportReport): string {
  const shown = problems.slice(0, 3).map(({ line, message }) => (line ? `Line ${line}: ${message}` : message));
  const more = problemCount - shown.length;
  const count = problemCount === 1 ? 'a line that cannot be read' : `${problemCount} lines that cannot be read`;
  return `${file} has ${count}. ${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
}
