import type { OfferedFile } from './archive.ts';
import { chunksOf, concatenate } from './bytes.ts';
import { detectEncoding } from './encoding.ts';
import type { ReportBuilder } from './report.ts';

/**
 * A whole small file as text, every character in its place: a U+FEFF at the start of UTF-8 stays, because the offsets of stand-off formats count it.
 * Null, with a problem in the report, for one of more than `most` bytes or that is no text.
 */
export async function readTextFile(file: OfferedFile, most: number, builder: ReportBuilder): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunksOf(file.stream())) {
    parts.push(part);
    length += part.length;
    if (length > most) {
      builder.problem(0, `${file.name} is larger than ${most >> 20} MB.`);
      return null;
    }
  }
  builder.report.bytes += length;
  const bytes = parts.length ? concatenate(parts) : new Uint8Array(0);
  const text = strictly(bytes);
  if (text !== null && !text.includes('\0')) return text;
  const encoding = detectEncoding(bytes.subarray(0, 1 << 16));
  if (encoding.kind === 'binary') {
    builder.problem(0, `${file.name} is ${encoding.what}.`);
    return null;
  }
  if (encoding.kind === 'utf-16') {
    builder.repair('utf-16', 1, file.name);
    return new TextDecoder(encoding.decoder).decode(bytes);
  }
  if (text !== null) return text;
  builder.repair('invalid-utf-8', 1, file.name);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function strictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
