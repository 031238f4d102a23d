import type { SpanSource } from '../../text/span.ts';
import type { Format } from './format.ts';

/** What was found in a file that is not quite as it should be, and what was made of it. */
export const REPAIRS = {
  'byte-order-mark': 'A byte order mark at the start of the file was left out.',
  'utf-16': 'The file is UTF-16 and was read as such; everything else here expects UTF-8.',
  crlf: 'Lines end in CR LF; they were read as if in LF.',
  nul: 'NUL characters were left out (in JSON replaced by U+FFFD, so that offsets hold).',
  'invalid-utf-8': 'Bytes that are not UTF-8 were replaced by U+FFFD. If these are accented letters, save the file as UTF-8 and import it again.',
  'document-mark': '-DOCSTART- lines were left out.',
  comment: 'Comment lines (#) were left out.',
  'other-columns': 'Tokens and tags were not in the first and the last column; they were found elsewhere.',
  'ignored-columns': 'Columns of the table that say nothing of texts and spans were left out.',
  'nested-columns': 'There are several columns of entity tags (entities inside entities); the first of them was read.',
  'word-range': 'Lines of CoNLL-U that stand for several words (1-2) or none (8.1) were left out; the words themselves were read.',
  'mixed-separators': 'Some lines separate columns with spaces and others with tabs; each was read by its own.',
  'ragged-columns': 'Lines have more or fewer columns than most; the last column that holds a tag was taken, else O.',
  'missing-tag': 'Lines have a token and no tag; they were read as O.',
  'unknown-tag': 'Tags are neither O nor of a form like B-type; they were read as O, or as their type where another line has it.',
  'empty-token': 'Lines have a tag and no token; the token was read as U+FFFD, so that the number of tokens holds.',
  'inside-without-begin': 'I- tags without a B- before them begin an entity, as seqeval and conlleval read them.',
  scheme: 'Tags of another scheme were converted to BIO.',
  'token-white-space': 'Line ends and tabs within tokens were replaced by spaces.',
  'rejected-text': 'Texts that were rejected or skipped (Prodigy: an answer other than "accept"; Label Studio: cancelled) were left out.',
  'misplaced-words': 'Words that do not fit their text were left out; the text is split into words anew.',
  'utf-16-offsets': 'Offsets counted UTF-16 units and not characters (Label Studio before 1.4); they were read as such.',
  'code-point-offsets': 'Offsets counted characters and not UTF-16 units, as WebAnno TSV has them; they were read as such.',
  'token-text': 'Tokens are not what stands at their place in the text; their place was taken.',
  'unnamed-span': 'Spans without a value got the name of their layer.',
  'cut-span': 'Spans over several sentences were cut where a sentence ends, because each sentence became a text.',
  'empty-text': 'Texts without a character but white space were left out.',
  'invalid-span': 'Spans that do not fit their text were left out.',
  'duplicate-span': 'Spans given twice were kept once.',
  'discontinuous-span': 'Spans in several parts became one, from the start of the first to the end of the last.',
  'span-text': 'The text given with a span is not what stands at its place; its place was taken.',
  'other-annotation': 'Relations, events, attributes and other annotations that are not spans or notes to spans were left out.',
  'other-file': 'Files that are not texts with labels were left out.',
} as const;

export type RepairKind = keyof typeof REPAIRS;

export interface Repair {
  kind: RepairKind;
  count: number;
  /** Line (from 1) of the first. */
  firstLine: number;
  /** Up to three, shortened. */
  examples: string[];
}

export interface Problem {
  /** Line (from 1); 0 where the whole file is meant. */
  line: number;
  message: string;
}

/** What an import found. Live: its numbers grow while documents are read. */
export interface ImportReport {
  file: string;
  format: Format | null;
  /** How the file was understood, in words: "tab-separated, 2 columns, BIO tags". */
  layout: string;
  bytes: number;
  lines: number;
  documents: number;
  spans: number;
  /**
   * Layers of the suggestions, by name. While a file is read `layer` of a suggestion is such a name and no id yet:
   * whoever stores the documents makes the layers and puts their ids in place.
   */
  layers: { name: string; source: SpanSource }[];
  repairs: Repair[];
  /** Lines that could not be read: at most 100; `problemCount` counts all. */
  problems: Problem[];
  problemCount: number;
}

const EXAMPLES = 3;
const EXAMPLE_LENGTH = 80;
const PROBLEMS = 100;

/** Collects a report while a file is read. */
export class ReportBuilder {
  readonly report: ImportReport;
  private readonly byKind = new Map<RepairKind, Repair>();
  private readonly layerNames = new Set<string>();

  constructor(file: string) {
    this.report = { file, format: null, layout: '', bytes: 0, lines: 0, documents: 0, spans: 0, layers: [], repairs: [], problems: [], problemCount: 0 };
  }

  repair(kind: RepairKind, line: number, example = '', count = 1): void {
    let repair = this.byKind.get(kind);
    if (!repair) {
      repair = { kind, count: 0, firstLine: line, examples: [] };
      this.byKind.set(kind, repair);
      this.report.repairs.push(repair);
    }
    repair.count += count;
    if (example && repair.examples.length < EXAMPLES) repair.examples.push(shorten(example));
  }

  /** A layer that suggestions name. The first that is seen of it says its source. */
  layer(name: string, source: SpanSource): void {
    if (this.layerNames.has(name)) return;
    this.layerNames.add(name);
    this.report.layers.push({ name, source });
  }

  problem(line: number, message: string): void {
    this.report.problemCount++;
    if (this.report.problems.length < PROBLEMS) this.report.problems.push({ line, message });
  }
}

export function shorten(text: string): string {
  const letters = Array.from(text.slice(0, 2 * EXAMPLE_LENGTH));
  return letters.length > EXAMPLE_LENGTH || text.length > 2 * EXAMPLE_LENGTH ? `${letters.slice(0, EXAMPLE_LENGTH).join('')}…` : text;
}

/** A file that cannot be imported: what is wrong, where, and what to do. Nothing of it has been kept. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly report: ImportReport;

  constructor(message: string, report: ImportReport) {
    super(message);
    this.report = report;
  }
}
