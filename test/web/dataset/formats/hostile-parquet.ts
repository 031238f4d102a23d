import { concatenate } from '../../../../web/src/dataset/formats/bytes.ts';
import type { Random } from '../../../../web/src/dataset/random.ts';

/** Varints of Thrift's compact protocol: sizes and counts as large as they can be said. */
const HUGE = [
  [0xff, 0xff, 0xff, 0xff, 0x0f], // 2³² − 1, or −2³¹ in zigzag
  [0xfe, 0xff, 0xff, 0xff, 0x0f], // 2³¹ − 1 in zigzag
  [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // 2⁶³ − 1 in zigzag
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], // one that does not end
  [0xfc, 0xff, 0xff, 0xff, 0x0f], // a list of 2³² − 1 structures
  [0xf9, 0xff, 0xff, 0xff, 0xff, 0x0f], // a list of lists of them
].map((bytes) => Uint8Array.from(bytes));

/** A footer of these bytes behind a file's start. */
function withFooter(footer: Uint8Array, length = footer.length): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, length, true);
  const magic = new TextEncoder().encode('PAR1');
  return concatenate([magic, footer, size, magic]);
}

/** A Parquet file in whose footer or pages one number has become huge, its length in the file put right. */
export function withHugeNumber(file: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(file.length - 8, true);
  const start = file.length - 8 - length;
  const huge = HUGE[random.integer(HUGE.length)]!;
  const replace = (bytes: Uint8Array): Uint8Array => {
    const at = random.integer(bytes.length);
    return concatenate([bytes.subarray(0, at), huge, bytes.subarray(at + 1 + random.integer(3))]);
  };
  if (random.integer(3)) {
    const footer = replace(file.subarray(start, file.length - 8));
    return concatenate([file.subarray(0, start), withFooter(footer).subarray(4)]);
  }
  const pages = replace(file.subarray(4, start)).subarray(0, start - 4);
  return concatenate([file.subarray(0, 4), pages, new Uint8Array(start - 4 - pages.length), file.subarray(start)]);
}

/** Files that are nothing but a lie about their size. */
export const hostileParquet: Record<string, () => Uint8Array> = {
  'a footer of 4 GB': () => withFooter(new Uint8Array(8), 0xffff_ffff),
  'an empty footer': () => withFooter(new Uint8Array(0)),
  'a schema of four thousand million columns': () => withFooter(Uint8Array.of(0x15, 2, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f)),
  'a footer nested 100,000 deep': () => withFooter(new Uint8Array(100_000).fill(0x1c)),
  'lists nested 100,000 deep': () => withFooter(new Uint8Array(100_000).fill(0x19)),
  'a string of 2 GB': () => withFooter(Uint8Array.of(0x28, 0xff, 0xff, 0xff, 0xff, 0x07)),
  'magic alone': () => new TextEncoder().encode('PAR1PAR1'),
  'magic four times': () => new TextEncoder().encode('PAR1PAR1PAR1PAR1'),
  'encrypted': () => new TextEncoder().encode('PARE............PARE'),
};
