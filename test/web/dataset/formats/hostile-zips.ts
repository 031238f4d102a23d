import { crc32, deflateRawSync, constants } from 'node:zlib';
import { concatenate } from '../../../../web/src/dataset/formats/bytes.ts';

/** One entry of an archive, every field at will: nothing checks that they fit each other. */
interface Entry {
  name: string | Uint8Array;
  /** Plain content, stored as it is. */
  content?: string | Uint8Array;
  /** Deflated content; `size` then tells its plain size. */
  deflated?: Uint8Array;
  size?: number;
  /** Unix mode in the external attributes. */
  mode?: number;
  flags?: number;
  method?: number;
  /** The central directory points at the file of this entry instead. */
  at?: number;
}

const encode = (value: string | Uint8Array): Uint8Array => (typeof value === 'string' ? new TextEncoder().encode(value) : value);

function fields(...values: [size: 2 | 4, value: number][]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of values) {
    if (size === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(bytes.buffer);
}

/** An archive (PKWARE APPNOTE 4.3) of entries that may contradict themselves. `count` is what its end says it holds. */
export function archive(entries: readonly Entry[], count = entries.length): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const { name, content = '', deflated, size, mode = 0o100644, flags = 0x800, method = deflated ? 8 : 0, at } of entries) {
    const plain = encode(content);
    const data = deflated ?? plain;
    const called = encode(name);
    const common = [[2, flags], [2, method], [4, 0x5021_0000], [4, deflated ? 0 : crc32(plain)], [4, data.length], [4, size ?? plain.length], [2, called.length], [2, 0]] as [2 | 4, number][];
    offsets.push(at === undefined ? offset : offsets[at]!);
    if (at === undefined) {
      const local = concatenate([fields([4, 0x04034b50], [2, 20], ...common), called, data]);
      parts.push(local);
      offset += local.length;
    }
    central.push(concatenate([fields([4, 0x02014b50], [2, 0x0314], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, (mode << 16) >>> 0], [4, offsets.at(-1)!]), called]));
  }
  const directory = concatenate(central.length ? central : [new Uint8Array()]);
  return concatenate([...parts, directory, fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, directory.length], [4, offset], [2, 0])]);
}

/** Deflated bytes that become `megabytes` of the same line: a block of 1 MB over and over, a thousandth in size. */
function bomb(megabytes: number, line = '\0'): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(1 << 20, line), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return concatenate([...Array.from({ length: megabytes }, () => block), Uint8Array.of(3, 0)]);
}

const BRAT_TEXT = 'Ana left Oslo';
const BRAT_MARKS = 'T1\tperson 0 3\tAna\n';
const harmless: Entry[] = [
  { name: 'a.txt', content: BRAT_TEXT },
  { name: 'a.ann', content: BRAT_MARKS },
];
const named = (...names: (string | Uint8Array)[]): Uint8Array => archive([...harmless, ...names.flatMap((name): Entry[] => [{ name, content: BRAT_TEXT }])]);

function nested(depth: number): Uint8Array {
  let inner = archive(harmless);
  for (let i = 0; i < depth; i++) inner = archive([{ name: `${i}.zip`, content: inner }, ...harmless]);
  return inner;
}

/** Archives that do harm where a reader trusts them, by what they try. */
export const hostileZips: Record<string, () => Uint8Array> = {
  '10 MB that become 10 GB': () => archive([...harmless, { name: 'b.txt', deflated: bomb(10_000), size: 10_000 * (1 << 20) % 2 ** 32 }]),
  '10 GB that say they are 10 bytes': () => archive([{ name: 'b.txt', deflated: bomb(10_000), size: 10 }, { name: 'b.ann', content: '' }]),
  '10 GB of lines': () => archive([{ name: 'train.conll', deflated: bomb(10_000, 'Ana\tB-x\n'), size: 10_000 * (1 << 20) % 2 ** 32 }]),
  '10 GB of lines that say they are one': () => archive([{ name: 'train.conll', deflated: bomb(10_000, 'Ana\tB-x\n'), size: 8 }]),
  'a thousand entries that are the same 100 MB': () => archive(Array.from({ length: 1000 }, (_, i): Entry => ({ name: `${i}.txt`, deflated: i ? new Uint8Array() : bomb(100, 'a\n'), size: 100 << 20, ...(i ? { at: 0 } : {}) }))),
  'an archive in an archive, twenty deep': () => nested(20),
  '10 GB in an archive in an archive': () => archive([{ name: 'inner.zip', content: archive([{ name: 'b.txt', deflated: bomb(10_000), size: 10 }]) }, ...harmless]),
  'names that lead upwards': () => named('../up.txt', '../../up.ann', 'x/../../up.txt', '..', '.', './', './a.txt'),
  'absolute names': () => named('/etc/passwd', '//server/x.txt', 'C:/x.txt', 'C:\\x.txt', 'file:///x.txt'),
  'names with backslashes': () => named('x\\b.txt', '..\\up.txt', '\\b.txt', '\\\\server\\x.txt'),
  'names with NULs, line ends and controls': () => named('b.txt\0.ann', '\0', 'b\n.txt', 'b\r.ann', '\u001b[31m.txt', 'b\u202etxt.ann'),
  'names that objects have': () => named('__proto__', 'constructor', '__proto__.txt', 'constructor/prototype', 'toString.ann'),
  'names that are not UTF-8': () => named(Uint8Array.of(0xff, 0xfe, 0x2e, 0x74, 0x78, 0x74), Uint8Array.of(0xc0, 0xaf)),
  'an empty name': () => named('', '/', ' ', '.txt', '.ann'),
  'a name of 65,535 bytes': () => named('a'.repeat(65_531) + '.txt'),
  'the same name again': () => archive([...harmless, { name: 'a.txt', content: 'Another text' }, { name: 'A.TXT', content: 'ANA LEFT' }, { name: 'a.ann', content: 'T1\tplace 0 9\tx' }]),
  'links': () => archive([...harmless, { name: 'b.txt', content: '/etc/passwd', mode: 0o120777 }, { name: 'b.ann', content: '../../x', mode: 0o120777 }]),
  'folders, pipes and devices': () => archive([...harmless, { name: 'b/', mode: 0o040755 }, { name: 'pipe.txt', mode: 0o010644 }, { name: 'disk.ann', mode: 0o060644 }]),
  'encrypted files': () => archive([{ name: 'a.txt', content: BRAT_TEXT, flags: 0x801 }, { name: 'a.ann', content: BRAT_MARKS, flags: 0x801 }]),
  'methods nobody knows': () => archive([{ name: 'a.txt', content: BRAT_TEXT, method: 99 }, { name: 'a.ann', content: BRAT_MARKS, method: 12 }]),
  'deflated bytes that are none': () => archive([{ name: 'a.txt', deflated: Uint8Array.from({ length: 999 }, (_, i) => (i * 7919) % 251), size: 13 }, harmless[1]!]),
  'an end that counts 65,535 entries': () => archive(harmless, 65_535),
  'an end that counts none': () => archive(harmless, 0),
  'no entries': () => archive([]),
  'sizes past the end': () => archive(harmless.map((entry) => ({ ...entry, size: 0xffff_fffe }))),
  '20,000 empty entries': () => archive(Array.from({ length: 20_000 }, (_, i) => ({ name: `${i}.txt` }))),
  'only marks': () => archive([harmless[1]!]),
};
