import type { Compressors, FileMetaData, RowGroup, SchemaElement } from 'hyparquet/src/types.js';
import { ParquetError, readThrift } from './parquet-thrift.ts';
import type { ThriftFields } from './parquet-thrift.ts';

/** Bounds of a Parquet file: what its headers claim is compared with these before anything is allocated for it. */
export const PARQUET_LIMITS = {
  /** Of the file, which is held in memory. */
  bytes: 512 << 20,
  /** Unpacked bytes of one page; writers make pages of 1 MB. */
  pageBytes: 256 << 20,
  /** Unpacked bytes of one column in one row group. */
  chunkBytes: 1 << 30,
  /** Values (tokens, tags) of one column in one row group. */
  chunkValues: 1 << 25,
};

/** Numbers of the encodings that are read, as parquet.thrift has them. */
const [PLAIN, PLAIN_DICTIONARY, DELTA_BINARY, DELTA_LENGTH, RLE_DICTIONARY] = [0, 2, 5, 6, 8];
const [DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2] = [0, 1, 2, 3];

/** Throws unless the footer is there and holds what it counts. */
export function checkFooter(bytes: Uint8Array): void {
  const magic = (at: number): boolean => at >= 0 && bytes[at] === 0x50 && bytes[at + 1] === 0x41 && bytes[at + 2] === 0x52 && bytes[at + 3] === 0x31;
  if (!magic(0)) throw new ParquetError('it does not begin as Parquet files do');
  if (bytes.length < 12 || !magic(bytes.length - 4)) throw new ParquetError('its end is missing. Was the download complete?');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true);
  if (length > bytes.length - 12) throw new ParquetError('its metadata is larger than the file');
  readThrift(bytes.subarray(0, bytes.length - 8), bytes.length - 8 - length);
}

/**
 * Throws unless the pages of these columns can be decoded within the limits: sizes that the file holds, runs of levels and of dictionary numbers that give
 * no more values than the page says, encodings whose length is known. A reader that trusts the headers then allocates no more than that.
 */
export function checkRowGroup(bytes: Uint8Array, { schema }: FileMetaData, group: RowGroup, columns: readonly string[], compressors: Compressors): void {
  for (const { meta_data: meta, file_path: path } of group.columns) {
    if (!meta || path) throw new ParquetError('a column of it lies in another file');
    if (!columns.includes(meta.path_in_schema[0]!)) continue;
    const decompress = compressors[meta.codec];
    if (!decompress) throw new ParquetError(`it is packed with ${meta.codec}, which is not read. Save it with Snappy, as pandas and datasets do by themselves`);
    const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
    const end = start + Number(meta.total_compressed_size);
    if (!(start >= 4 && end > start && end <= bytes.length)) throw new ParquetError('a column of it lies past its end');
    const levels = levelsOf(schema, meta.path_in_schema);
    let [values, size] = [0, 0];
    const chunk = bytes.subarray(start, end);
    for (let at = 0; at < chunk.length - 1; ) {
      const { fields, end: body } = readThrift(chunk, at);
      const page = pageOf(fields);
      if (page.packed < 0 || page.packed > chunk.length - body) throw new ParquetError('a page of it goes past its column');
      at = body + page.packed;
      size += page.size;
      if (page.type !== DICTIONARY_PAGE) values += page.values;
      if (page.size > PARQUET_LIMITS.pageBytes || size > PARQUET_LIMITS.chunkBytes || values > PARQUET_LIMITS.chunkValues) {
        throw new ParquetError('a column of it is larger than is read. Save it in several files, or with smaller row groups');
      }
      checkPage(page, chunk.subarray(body, at), levels, decompress);
    }
    if (Number(group.num_rows) > values) throw new ParquetError('it counts more rows than it holds');
  }
}

/** Highest levels of repetition and definition of a column (Parquet's "Nested Encoding"). */
interface Levels {
  repetition: number;
  definition: number;
}

function levelsOf(schema: readonly SchemaElement[], path: readonly string[]): Levels {
  const levels = { repetition: 0, definition: 0 };
  let at = 0;
  for (const name of path) {
    let child = at + 1;
    for (let left = schema[at]?.num_children ?? 0; left > 0 && schema[child]?.name !== name; left--) child = afterSubtree(schema, child);
    const element = schema[child];
    if (!element || element.name !== name) throw new ParquetError('a column of it is not in its schema');
    if (element.repetition_type === 'REPEATED') levels.repetition++;
    if (element.repetition_type !== 'REQUIRED') levels.definition++;
    at = child;
  }
  return levels;
}

function afterSubtree(schema: readonly SchemaElement[], at: number): number {
  let left = 1;
  while (left > 0 && at < schema.length) left += (schema[at++]!.num_children ?? 0) - 1;
  return at;
}

interface Page {
  type: number;
  size: number;
  packed: number;
  values: number;
  encoding: number;
  /** Of version 2: lengths of the levels, which are not packed, and whether the rest is. */
  version2?: { repetition: number; definition: number; packed: boolean };
}

function pageOf(fields: ThriftFields): Page {
  const number = (id: number, from = fields): number => {
    const value = from.get(id);
    return typeof value === 'number' ? value : -1;
  };
  const [type, size, packed] = [number(1), number(2), number(3)];
  const header = fields.get(type === DATA_PAGE ? 5 : type === DICTIONARY_PAGE ? 7 : type === DATA_PAGE_V2 ? 8 : -1);
  if (type === INDEX_PAGE || !(header instanceof Map) || size < 0) throw new ParquetError('a page of it has a header that is not read');
  const values = number(1, header);
  if (values < 0) throw new ParquetError('a page of it has a negative count');
  if (type !== DATA_PAGE_V2) return { type, size, packed, values, encoding: number(2, header) };
  const [nulls, definition, repetition] = [number(2, header), number(5, header), number(6, header)];
  if (nulls < 0 || nulls > values || definition < 0 || repetition < 0 || definition + repetition > Math.min(packed, size)) throw new ParquetError('a page of it has lengths that do not fit');
  return { type, size, packed, values, encoding: number(4, header), version2: { repetition, definition, packed: header.get(7) !== false } };
}

function checkPage({ type, size, values, encoding, version2 }: Page, body: Uint8Array, levels: Levels, decompress: (input: Uint8Array, length: number) => Uint8Array): void {
  if (type === DICTIONARY_PAGE) {
    if (values > size || (encoding !== PLAIN && encoding !== PLAIN_DICTIONARY)) throw new ParquetError('a dictionary of it counts more than it holds');
    decompress(body, size);
    return;
  }
  let content: Uint8Array;
  let at = 0;
  if (version2) {
    const { repetition, definition, packed } = version2;
    if (levels.repetition) checkRuns(body.subarray(0, repetition), 0, widthOf(levels.repetition), values, true);
    if (levels.definition) checkRuns(body.subarray(repetition, repetition + definition), 0, widthOf(levels.definition), values, true);
    const rest = body.subarray(repetition + definition);
    content = packed ? decompress(rest, size - repetition - definition) : rest;
  } else {
    content = decompress(body, size);
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    for (const level of [levels.repetition, levels.definition]) {
      if (level === 0) continue;
      if (at + 4 > content.length || view.getUint32(at, true) > content.length - at - 4) throw new ParquetError('the levels of a page of it go past its end');
      checkRuns(content, at + 4, widthOf(level), values, true);
      at += 4 + view.getUint32(at, true);
    }
  }
  if (encoding === PLAIN_DICTIONARY || encoding === RLE_DICTIONARY) {
    const width = content[at];
    if (width === undefined ? values > 0 && !version2 : width > 32) throw new ParquetError('a page of it has numbers of a width that is not read');
    if (width) checkRuns(content, at + 1, width, values, false);
  } else if (encoding === DELTA_BINARY || encoding === DELTA_LENGTH) checkDelta(content, at);
  else if (encoding !== PLAIN) throw new ParquetError('a page of it has an encoding that is not read. Save it as pandas and datasets do by themselves');
}

/** Bits of a level up to `highest`. */
function widthOf(highest: number): number {
  return 32 - Math.clz32(highest);
}

/** Runs of the hybrid of run lengths and packed bits (Encodings.md of Parquet, "RLE"). Levels must be as many as the values; numbers may be fewer, as nulls have none. */
function checkRuns(bytes: Uint8Array, from: number, width: number, values: number, all: boolean): void {
  let at = from;
  let seen = 0;
  while (seen < values && at < bytes.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) throw new ParquetError('a run in a page of it breaks off');
      header |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    const count = header & 1 ? (header >>> 1) * 8 : header >>> 1;
    at += header & 1 ? (header >>> 1) * width : (width + 7) >> 3;
    seen += count;
    // Packed bits come in eights, so the last may have up to seven more.
    if (count === 0 || seen > values + 7) throw new ParquetError('a run in a page of it is longer than the page');
  }
  if (all && seen < values) throw new ParquetError('a page of it has fewer levels than values');
}

/** The head of a delta encoding: values a block, then miniblocks a block. */
function checkDelta(bytes: Uint8Array, from: number): void {
  let at = from;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    return value;
  };
  const [block, miniblocks] = [next(), next()];
  if (block <= 0 || block > 1 << 20 || miniblocks <= 0 || miniblocks > 1 << 10) throw new ParquetError('a page of it has blocks of a size that is not read');
}
