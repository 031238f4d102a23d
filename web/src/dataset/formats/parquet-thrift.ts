/**
 * Fields of a struct of Thrift's compact protocol (thrift-compact-protocol.md of Apache Thrift), by number. Kept are whole numbers of 32 bits, truth values and structs;
 * what else there is was checked and passed over.
 */
export type ThriftFields = Map<number, number | boolean | ThriftFields>;

/** What is wrong with a Parquet file; the sentence goes on after "because ". */
export class ParquetError extends Error {
  override readonly name = 'ParquetError';
}

/** Structs within structs of Parquet's metadata go no deeper. */
const DEPTH = 24;

/**
 * Reads the struct that begins at `at`, and says where it ends. Numbers are taken as hyparquet takes them. Throws at the end of `bytes`, at a length or
 * a count that the bytes left cannot hold, and at nesting that no Parquet file has: what passes can be given to a reader that believes counts.
 */
export function readThrift(bytes: Uint8Array, at: number): { fields: ThriftFields; end: number } {
  const cursor = new Cursor(bytes, at);
  const fields = cursor.struct(0);
  return { fields, end: cursor.at };
}

class Cursor {
  private readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  struct(depth: number): ThriftFields {
    if (depth > DEPTH) throw new ParquetError('its metadata is nested too deep');
    const fields: ThriftFields = new Map();
    for (let id = 0, head = this.byte(); (head & 15) !== 0; head = this.byte()) {
      id = head >> 4 ? id + (head >> 4) : this.zigZag();
      const value = this.value(head & 15, depth);
      if (value !== undefined) fields.set(id, value);
    }
    return fields;
  }

  private value(type: number, depth: number): number | boolean | ThriftFields | undefined {
    if (type === 1 || type === 2) return type === 1;
    if (type === 3) this.skip(1);
    else if (type === 4 || type === 5) return this.zigZag();
    else if (type === 6) this.varInt();
    else if (type === 7) this.skip(8);
    else if (type === 8) this.skip(this.varInt());
    else if (type === 9) this.list(depth + 1);
    else if (type === 12) return this.struct(depth + 1);
    else throw new ParquetError('its metadata holds a type that Parquet does not use');
    return undefined;
  }

  private list(depth: number): void {
    if (depth > DEPTH) throw new ParquetError('its metadata is nested too deep');
    const head = this.byte();
    const size = head >> 4 === 15 ? this.varInt() : head >> 4;
    // Every element takes a byte at least.
    if (size < 0 || size > this.bytes.length - this.at) throw new ParquetError('its metadata counts more than it holds');
    const type = head & 15;
    for (let i = 0; i < size; i++) this.value(type === 1 || type === 2 ? 3 : type, depth);
  }

  private byte(): number {
    if (this.at >= this.bytes.length) throw new ParquetError('its metadata breaks off');
    return this.bytes[this.at++]!;
  }

  private skip(length: number): void {
    if (length < 0 || length > this.bytes.length - this.at) throw new ParquetError('its metadata breaks off');
    this.at += length;
  }

  private varInt(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 63) throw new ParquetError('its metadata holds a number that never ends');
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  private zigZag(): number {
    const value = this.varInt();
    return (value >>> 1) ^ -(value & 1);
  }
}
