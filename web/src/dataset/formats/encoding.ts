/** What the first bytes of a file say about the rest. */
export type Encoding =
  | { kind: 'utf-8'; byteOrderMark: boolean }
  | { kind: 'utf-16'; decoder: 'utf-16le' | 'utf-16be' }
  /** `what` completes "This is …". */
  | { kind: 'binary'; what: string };

/** First bytes of files that are often taken for texts. */
const SIGNATURES: [bytes: number[], what: string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive (a Word or Excel document, or a zipped file)'],
  [[0x1f, 0x8b], 'a gzip archive'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a Zstandard archive'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  // Behind PAR1 comes the header of a page, whose first field is a number (0x15); the four letters alone may begin a text.
  [[0x50, 0x41, 0x52, 0x31, 0x15], 'a Parquet file'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Word or Excel document'],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG image'],
  [[0xff, 0xd8, 0xff], 'a JPEG image'],
  [[0x47, 0x49, 0x46, 0x38], 'a GIF image'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'an SQLite database'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
];

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);

/** Judges by the first bytes (some ten thousand are enough). A few NULs are damage that can be repaired; many are another encoding or no text. */
export function detectEncoding(head: Uint8Array): Encoding {
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return { kind: 'utf-8', byteOrderMark: true };
  if (startsWith(head, [0xff, 0xfe])) return { kind: 'utf-16', decoder: 'utf-16le' };
  if (startsWith(head, [0xfe, 0xff])) return { kind: 'utf-16', decoder: 'utf-16be' };
  for (const [bytes, what] of SIGNATURES) if (startsWith(head, bytes)) return { kind: 'binary', what };

  let end = head.length;
  while (end && head[end - 1] === 0) end--; // padding at the end of a file that was never filled
  const nuls = [0, 0];
  let controls = 0;
  for (let i = 0; i < end; i++) {
    const byte = head[i]!;
    if (byte === 0) nuls[i % 2]!++;
    else if (byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d)) controls++;
  }
  const [even, odd] = [nuls[0]! / (end || 1), nuls[1]! / (end || 1)];
  if (odd > 0.3 && even < 0.02) return { kind: 'utf-16', decoder: 'utf-16le' };
  if (even > 0.3 && odd < 0.02) return { kind: 'utf-16', decoder: 'utf-16be' };
  const replaced = new TextDecoder().decode(head.subarray(0, end)).split('\ufffd').length - 1;
  if (end && (even + odd > 0.1 || controls / end > 0.05 || replaced / end > 0.25)) {
    return { kind: 'binary', what: 'not text in UTF-8' };
  }
  return { kind: 'utf-8', byteOrderMark: false };
}

/** UTF-16 bytes as UTF-8. */
export async function* transcode(source: AsyncGenerator<Uint8Array>, encoding: 'utf-16le' | 'utf-16be'): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const chunk of source) yield encoder.encode(decoder.decode(chunk, { stream: true }));
  yield encoder.encode(decoder.decode());
}
