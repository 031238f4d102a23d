import { chunksOf, concatenate, peek } from './bytes.ts';
import type { ByteSource } from './bytes.ts';
import { detectEncoding, transcode } from './encoding.ts';
import type { Limits } from './limits.ts';
import { ImportError } from './report.ts';
import type { ReportBuilder } from './report.ts';

/** Consecutive lines of a file, without their ends. */
export interface LineBlock {
  /** Number (from 1) of the first line. */
  first: number;
  lines: string[];
  /** Places in `lines` of those that ended in CR LF. */
  returned: ReadonlySet<number>;
}

const HEAD_BYTES = 1 << 16;
const LF = 0x0a;
const CR = 0x0d;

/**
 * The lines of a file, in blocks as they arrive. Lines end in LF or CR LF and nowhere else: U+0085 and U+2028 occur in tokens.
 * NULs stay: what becomes of them is the format's to say.
 */
export async function* readLines(source: ByteSource, limits: Limits, builder: ReportBuilder): AsyncGenerator<LineBlock> {
  const { report } = builder;
  const { head, whole } = await peek(chunksOf(source), HEAD_BYTES);
  const encoding = detectEncoding(head);
  if (encoding.kind === 'binary') {
    throw new ImportError(`${report.file} is ${encoding.what}. Texts are read from CoNLL, JSONL and plain text files in UTF-8.`, report);
  }
  if (encoding.kind === 'utf-16') builder.repair('utf-16', 1);
  if (encoding.kind === 'utf-8' && encoding.byteOrderMark) builder.repair('byte-order-mark', 1);

  let skip = encoding.kind === 'utf-8' && encoding.byteOrderMark ? 3 : 0;
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let first = 1;
  const decode = (bytes: Uint8Array): LineBlock => {
    const lines = decodeLines(bytes, first, builder);
    const block = { first, lines, returned: cutReturns(lines) };
    first += lines.length;
    report.lines = first - 1;
    return block;
  };

  for await (const raw of encoding.kind === 'utf-16' ? transcode(whole, encoding.decoder) : whole) {
    const chunk = skip ? raw.subarray(skip) : raw;
    skip = 0;
    report.bytes += raw.length;
    if (report.bytes > limits.bytes) {
      throw new ImportError(`${report.file} is larger than ${megabytes(limits.bytes)}. Import it in parts.`, report);
    }
    const last = chunk.lastIndexOf(LF);
    if (last < 0) {
      pending.push(chunk);
      pendingBytes += chunk.length;
    } else {
      yield decode(concatenate([...pending, chunk.subarray(0, last)]));
      pending = [chunk.slice(last + 1)];
      pendingBytes = pending[0]!.length;
    }
    if (pendingBytes > limits.lineBytes) {
      throw new ImportError(`Line ${first} of ${report.file} is longer than ${megabytes(limits.lineBytes)}: lines must end in LF or CR LF.`, report);
    }
  }
  const rest = concatenate(pending.length ? pending : [new Uint8Array()]);
  if (rest.length) yield decode(rest);
}

function megabytes(bytes: number): string {
  return bytes >= 1 << 20 ? `${Math.floor(bytes / (1 << 20))} MB` : `${bytes} bytes`;
}

// A decoder would take U+FEFF at the start of every block for a byte order mark.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const tolerant = new TextDecoder('utf-8', { ignoreBOM: true });

/** Lines of whole lines' bytes, the last without its LF. */
function decodeLines(bytes: Uint8Array, first: number, builder: ReportBuilder): string[] {
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    return decodeEach(bytes, first, builder);
  }
  return text.split('\n');
}

/** Slow and exact: finds the lines that are not UTF-8. */
function decodeEach(bytes: Uint8Array, first: number, builder: ReportBuilder): string[] {
  const lines: string[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const at = bytes.indexOf(LF, start);
    const end = at < 0 ? bytes.length : at;
    const line = bytes.subarray(start, end);
    try {
      lines.push(strict.decode(line));
    } catch {
      const repaired = tolerant.decode(line);
      builder.repair('invalid-utf-8', first + lines.length, repaired);
      lines.push(repaired);
    }
    start = end + 1;
  }
  return lines;
}

const NONE: ReadonlySet<number> = new Set();

/** Takes the carriage returns off the ends of lines, in place, and tells where they were. */
function cutReturns(lines: string[]): ReadonlySet<number> {
  let returned: Set<number> | null = null;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.charCodeAt(line.length - 1) !== CR) continue;
    lines[i] = line.slice(0, -1);
    (returned ??= new Set()).add(i);
  }
  return returned ?? NONE;
}
