import { unzipSync, zipSync } from 'fflate';
import { concatenate } from '../../../../web/src/dataset/formats/bytes.ts';
import type { Random } from '../../../../web/src/dataset/random.ts';

/** A file spoilt in one way, which `how` names. */
export interface Damaged {
  how: string;
  bytes: Uint8Array;
}

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Single bytes and sequences that readers trip over: line ends, separators, half characters, marks, counts out of range. */
const SEEDS = [
  [0], [0xff], [0x0a], [0x0d], [0x09], [0x22], [0x5c], [0x2c], [0x7b], [0x5b], [0x5d], [0x7d], [0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xef, 0xbb, 0xbf], [0xff, 0xfe],
  [0x39, 0x39, 0x39, 0x39, 0x39, 0x39, 0x39, 0x39, 0x39, 0x39], [0x2d, 0x31], [0x31, 0x65, 0x39, 0x39, 0x39], [0xff, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0x7f],
  [0x50, 0x4b, 0x03, 0x04], [0x50, 0x4b, 0x05, 0x06], [0x50, 0x41, 0x52, 0x31],
].map((bytes) => Uint8Array.from(bytes));

const pick = <T>(values: readonly T[], random: Random): T => values[random.integer(values.length)]!;

/** A place and a length of at most `most` bytes behind it. */
function range(bytes: Uint8Array, random: Random, most: number): [from: number, to: number] {
  const from = random.integer(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + random.integer(most))];
}

const overLines = (change: (lines: string[], random: Random) => string[]): Damage => (bytes, random) =>
  new Uint8Array(Buffer.from(change(Buffer.from(bytes).toString('latin1').split('\n'), random).join('\n'), 'latin1'));

const NUMBERS = ['-1', '0', '4294967296', '99999999999999999999', '1e400', '0.5', 'NaN', 'null', '"1"', '', '[]'];

const DAMAGES: Record<string, Damage> = {
  'cut off': (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  'without its start': (bytes, random) => bytes.slice(1 + random.integer(Math.min(64, bytes.length))),
  'bits flipped': (bytes, random) => {
    const copy = bytes.slice();
    for (let count = 1 + random.integer(20); count > 0; count--) copy[random.integer(copy.length)]! ^= 1 << random.integer(8);
    return copy;
  },
  'bytes put in': (bytes, random) => {
    let result = bytes;
    for (let count = 1 + random.integer(4); count > 0; count--) {
      const at = random.integer(result.length + 1);
      result = concatenate([result.subarray(0, at), pick(SEEDS, random), result.subarray(at)]);
    }
    return result;
  },
  'bytes replaced': (bytes, random) => {
    const copy = bytes.slice();
    const seed = pick(SEEDS, random);
    if (seed.length <= copy.length) copy.set(seed, random.integer(copy.length - seed.length + 1));
    return copy;
  },
  'bytes left out': (bytes, random) => {
    const [from, to] = range(bytes, random, 30);
    return concatenate([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  'a part twice': (bytes, random) => {
    const [from, to] = range(bytes, random, 400);
    return concatenate([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  'its end damaged': (bytes, random) => {
    const copy = bytes.slice();
    copy[copy.length - 1 - random.integer(Math.min(copy.length, 200))] = random.integer(256);
    return copy;
  },
  'lines shuffled': overLines((lines, random) => random.shuffle(lines)),
  'a line left out': overLines((lines, random) => lines.toSpliced(random.integer(lines.length), 1)),
  'a line twice': overLines((lines, random) => lines.toSpliced(random.integer(lines.length), 0, pick(lines, random))),
  'two lines joined': overLines((lines, random) => {
    const at = random.integer(lines.length);
    return lines.toSpliced(at, 2, lines.slice(at, at + 2).join(''));
  }),
  'a number changed': (bytes, random) => {
    const text = Buffer.from(bytes).toString('latin1');
    const numbers = [...text.matchAll(/\d+/g)];
    if (!numbers.length) return bytes.slice(1);
    const { index, 0: number } = pick(numbers, random);
    return new Uint8Array(Buffer.from(text.slice(0, index) + pick(NUMBERS, random) + text.slice(index + number.length), 'latin1'));
  },
  'a line of a million characters': overLines((lines, random) => lines.toSpliced(random.integer(lines.length), 1, pick(lines, random) + pick(['a', ' ', '\t', '"', '[', '(', ',', '\\', '|', '{"a":', 'a b ', 'ð\x9f\x98\x82'], random).repeat(1_000_000))),
};

/** How often each damage is done; the long line is slow to read, and one in fifty is enough. */
const ORDER = [...Array.from({ length: 4 }, () => Object.keys(DAMAGES).slice(0, -1)).flat().slice(0, 49), 'a line of a million characters'];

/** Whether these are the bytes of a ZIP archive. */
function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3;
}

/** One of the files inside an archive spoilt, and all packed again, so that what reads the files is reached. */
function damageInside(archive: Uint8Array, number: number, random: Random): Damaged {
  const entries = unzipSync(archive);
  const name = pick(Object.keys(entries), random);
  const { how, bytes } = damage(entries[name]!, number, random);
  const renamed = random.integer(10) ? name : pick(['x', `${name}.txt`, name.replace(/\.[^.]*$/, ''), 'README.md'], random);
  const { [name]: _, ...others } = entries;
  return { how: `${name} in it ${how}`, bytes: zipSync({ ...others, [renamed]: bytes }, { level: 1, mtime: new Date(2020, 1, 1) }) };
}

/** The file spoilt in the way that is `number`'s turn. Of archives every second one is spoilt inside. */
export function damage(bytes: Uint8Array, number: number, random: Random): Damaged {
  if (isZip(bytes) && number % 2) return damageInside(bytes, (number - 1) / 2, random);
  const how = ORDER[number % ORDER.length]!;
  return { how, bytes: bytes.length ? DAMAGES[how]!(bytes, random) : bytes };
}
