import type { AsyncBuffer, Compressors, FileMetaData } from 'hyparquet/src/types.js';
import type { Document } from '../document.ts';
import { chunksOf, concatenate } from './bytes.ts';
import { classLabelNames, TAG_COLUMNS } from './json/class-labels.ts';
import { doccanoShape } from './json/doccano.ts';
import { glinerShape } from './json/gliner.ts';
import { HuggingFaceShape } from './json/hugging-face.ts';
import { jsonlShape } from './json/jsonl.ts';
import { isObject } from './json/value.ts';
import type { Json } from './json/value.ts';
import { checkFooter, checkRowGroup, PARQUET_LIMITS } from './parquet-check.ts';
import { ParquetError } from './parquet-thrift.ts';
import { makeDocument } from './reader.ts';
import type { ReaderContext } from './reader.ts';
import { ImportError } from './report.ts';

/** Columns that the forms of an item look at; others are not even unpacked. */
const COLUMNS = ['tokens', 'words', 'tokenized_text', 'text', 'spans', 'entities', 'label', 'answer', 'split', ...TAG_COLUMNS];

/**
 * Rows of a Parquet file, each read by the form it has, as an item of a JSON file is: tokens with tags, or a text with spans. Names of class labels come from the
 * import's `labels`, else from the metadata that `datasets` writes (key `huggingface`). The file is held in memory, one row group of it is unpacked at a time.
 * Throws an `ImportError` for one that is damaged, too large, or has no such columns.
 */
export async function* readParquet(source: AsyncIterable<Uint8Array>, context: ReaderContext): AsyncGenerator<Document> {
  const { report } = context.builder;
  report.format = 'parquet';
  const bytes = await readWhole(source, context);
  const { parquetMetadata, parquetReadObjects, snappyUncompress } = await import('hyparquet');
  const { gunzipSync } = await import('fflate');
  const compressors: Compressors = {
    UNCOMPRESSED: (input) => input,
    SNAPPY(input, length) {
      // No three bytes of Snappy become more than 64.
      if (length > 64 + 22 * input.length) throw new ParquetError('a page of it unpacks to more than Snappy can pack');
      const output = new Uint8Array(length);
      snappyUncompress(input, output);
      return output;
    },
    GZIP: (input, length) => gunzipSync(input, { out: new Uint8Array(length) }),
  };
  const file: AsyncBuffer = { byteLength: bytes.byteLength, slice: (start, end) => bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + (end ?? bytes.byteLength)) };
  // A U+FEFF at the start of a token is a character of it.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parsers = { stringFromBytes: (value: Uint8Array | undefined) => value && decoder.decode(value) };
  const metadata = attempt(context, () => {
    checkFooter(bytes);
    return parquetMetadata(bytes, { geoparquet: false });
  });
  const columns = columnsOf(metadata, context);
  const read = rowReader({ ...context, labels: context.labels ?? labelsOf(metadata) });
  for (let group = 0, first = 0; group < metadata.row_groups.length; group++) {
    const rows = Number(metadata.row_groups[group]!.num_rows);
    if (first + rows > context.limits.documents) throw new ImportError(`${report.file} has more than ${context.limits.documents} texts. Import it in parts.`, report);
    if (rows <= 0) continue;
    attempt(context, () => checkRowGroup(bytes, metadata, metadata.row_groups[group]!, columns, compressors));
    const items = await parquetReadObjects({ file, metadata, columns, rowStart: first, rowEnd: first + rows, compressors, parsers, geoparquet: false }).catch((error: unknown) => {
      throw damaged(context, error);
    });
    for (const [i, item] of items.entries()) {
      const document = read.row(item, first + i + 1);
      if (!document) continue;
      report.documents++;
      report.spans += document.spans.length;
      yield document;
    }
    first += rows;
    report.lines = first;
  }
  report.layout = `${columns.join(', ')}${read.end()}`;
  if (!report.documents && !report.problemCount) throw new ImportError(`${report.file} has no texts: its ${report.lines} rows are empty.`, report);
}

async function readWhole(source: AsyncIterable<Uint8Array>, { builder, limits }: ReaderContext): Promise<Uint8Array<ArrayBuffer>> {
  const { report } = builder;
  const most = Math.min(PARQUET_LIMITS.bytes, limits.bytes);
  const parts: Uint8Array[] = [];
  for await (const part of chunksOf(source)) {
    parts.push(part);
    report.bytes += part.length;
    if (report.bytes > most) throw new ImportError(`${report.file} is larger than ${most >> 20} MB. Save it in several files and import those.`, report);
  }
  return concatenate([...parts, new Uint8Array(0)]) as Uint8Array<ArrayBuffer>;
}

function attempt<T>(context: ReaderContext, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw damaged(context, error);
  }
}

function damaged({ builder }: ReaderContext, error: unknown): ImportError {
  const { file } = builder.report;
  // What the library stumbles over says nothing to people.
  const reason = error instanceof ParquetError ? error.message : 'what it holds does not fit together';
  const advice = /[.?] /.test(reason) ? '' : ' If it should be whole, download or export it again.';
  return new ImportError(`${file} can't be read as Parquet: ${reason.replace(/(?<![?])$/, '.')}${advice}`, builder.report);
}

function columnsOf(metadata: FileMetaData, { builder }: ReaderContext): string[] {
  const there = new Set(metadata.row_groups.flatMap(({ columns }) => columns.map(({ meta_data: meta }) => meta?.path_in_schema[0] ?? '')));
  if (metadata.row_groups.length === 0) throw new ImportError(`${builder.report.file} has no rows. A split without texts is better left out.`, builder.report);
  const found = COLUMNS.filter((name) => there.has(name));
  if (['tokens', 'words', 'tokenized_text', 'text'].some((name) => found.includes(name))) return [...new Set(found)];
  throw new ImportError(
    `${builder.report.file} has no column of texts: expected "tokens" with "ner_tags", or "text" with "spans"; its columns are ${[...there].slice(0, 20).join(', ')}. Rename them and save it again.`,
    builder.report,
  );
}

/** Names in the metadata of `datasets` (its `DatasetInfo`, under `info`). */
function labelsOf({ key_value_metadata: entries }: FileMetaData): readonly string[] | undefined {
  const value = entries?.find(({ key }) => key === 'huggingface')?.value;
  try {
    const description: unknown = value === undefined ? null : JSON.parse(value);
    return (isObject(description) && classLabelNames(description['info'])) || undefined;
  } catch {
    return undefined;
  }
}

function rowReader(context: ReaderContext): { row(item: Json, number: number): Document | null; end(): string } {
  const huggingFace = new HuggingFaceShape(context);
  const shapes = [glinerShape(context), huggingFace, doccanoShape(context), jsonlShape(context)];
  const splits = { train: 'train', validation: 'dev', dev: 'dev', test: 'test' } as const;
  return {
    row(raw, number) {
      const problem = (message: string): void => context.builder.problem(0, `Row ${number}: ${message}`);
      const item = plain(raw) as Json;
      const shape = shapes.find((one) => one.matches(item));
      const content = shape ? shape.read(item, { line: number, problem }) : null;
      if (!shape) problem('It has neither tokens nor a text.');
      if (!content) return null;
      const { split: named, ...rest } = content;
      const document = makeDocument(context, number, rest);
      const split = typeof named === 'string' && Object.hasOwn(splits, named) ? splits[named as keyof typeof splits] : undefined;
      if (split && !document.split) document.split = split;
      return document;
    },
    end: () => huggingFace.end(),
  };
}

/** Whole numbers of 64 bits as numbers; nothing as undefined, as if the column were not there. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as ArrayLike<unknown>, plain);
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)])) : value;
}
