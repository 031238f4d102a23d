import { gzipSync, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ARCHIVE_LIMITS, expandFiles } from '../../../../web/src/dataset/formats/archive.ts';
import { concatenate } from '../../../../web/src/dataset/formats/bytes.ts';
import { crc32 } from '../../../../web/src/dataset/formats/crc32.ts';
import { zip } from '../../../../web/src/dataset/formats/zip.ts';
import { archive } from './hostile-zips.ts';
import { offer, readAll, zipped } from './offered.ts';

const conll = 'Ana\tB-x\nleft\tO\n\n';
const texts = ({ documents }: Awaited<ReturnType<typeof readAll>>): string[] => documents.map(({ text, split }) => `${split ?? '-'} ${text}`);

it('the checksum is that of the standard', () => {
  expect(crc32(strToU8('123456789'))).toBe(0xcbf43926);
  expect(crc32(strToU8('6789'), crc32(strToU8('12345')))).toBe(0xcbf43926);
});

describe('an archive that is written', () => {
  const files = { 'a.txt': 'Ana 😂', 'train/ü.txt': 'long '.repeat(5000), 'empty.txt': '' };

  it('is read by another program, and is the same bytes on every day', async () => {
    const bytes = await zipped(files);
    expect(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, new TextDecoder().decode(content)])).toEqual(Object.entries(files));
    expect(bytes.length).toBeLessThan(1000);
    expect(await zipped(files)).toEqual(bytes);
  });

  it('holds more files than 16 bits count', { timeout: 60_000 }, async () => {
    const parts: Uint8Array[] = [];
    for await (const part of zip(Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}.${i % 2 ? 'ann' : 'txt'}`, parts: [String(i)] })))) parts.push(part);
    const [group] = await expandFiles([offer('many.zip', concatenate(parts), 1 << 20)]);
    expect(group!.files).toHaveLength(70_000);
    expect(group!.files[69_999]!.name).toBe('69999.ann');
  });
});

describe('an archive', () => {
  it('is taken apart, each file by its own format and with the split of its path', async () => {
    const bytes = await zipped({ 'corpus/train.conll': conll, 'corpus/dev/a.jsonl': '{"text": "Bo left"}\n', 'README.md': 'About it.', '__MACOSX/._a.conll': '\0', 'corpus/.DS_Store': '\0', LICENSE: 'MIT' });
    const read = await readAll([offer('corpus.zip', bytes)]);
    expect(texts(read)).toEqual(['train Ana left', 'dev Bo left']);
    expect(read.names).toEqual(['corpus.zip/corpus/train.conll', 'corpus.zip/corpus/dev/a.jsonl']);
    expect(read.reports.at(-1)!.repairs).toMatchObject([{ kind: 'other-file', count: 1, examples: ['LICENSE'] }]);
  });

  it('of another program is read: with data descriptors, directories and no compression', async () => {
    const bytes = zipSync({ train: { 'a.conll': [strToU8(conll), { level: 0 }] }, 'test.conll': strToU8(conll.repeat(500)) });
    expect(new Set(texts(await readAll([offer('x.zip', bytes, 7)])))).toEqual(new Set(['train Ana left', 'test Ana left']));
  });

  it('is known by its content, whatever its name', async () => {
    expect(texts(await readAll([offer('data', await zipped({ 'a.conll': conll }))]))).toEqual(['- Ana left']);
  });

  it('says of each file that is left out why, and reads the others', async () => {
    const good = { name: 'a.conll', content: conll };
    const bytes = archive([
      good,
      { name: '../up.conll', content: conll },
      { name: '/root.conll', content: conll },
      { name: 'x\\y.conll', content: conll },
      { name: 'b\n.conll', content: conll },
      { name: 'secret.conll', content: conll, flags: 0x801 },
      { name: 'strange.conll', content: conll, method: 12 },
      { name: 'inner.zip', content: conll },
      good,
    ]);
    const read = await readAll([offer('x.zip', bytes)]);
    expect(texts(read)).toEqual(['- Ana left']);
    expect(read.said.map((message) => message.replace(/(:[^:]*?)[:;].*$/, '$1'))).toEqual([
      '../up.conll: its name leads out of the archive.',
      '/root.conll: its name is a path from a root or with backslashes.',
      'x\\y.conll: its name is a path from a root or with backslashes.',
      'b\ufffd.conll: its name is empty or holds control characters.',
      'secret.conll: it is encrypted',
      'strange.conll: it is packed by method 12, which is not read',
      'inner.zip: archives inside archives are not opened',
      'a.conll: the archive holds another file of this name.',
    ]);
  });

  it.each([
    ['with nothing but archives', () => zipped({ 'a.zip': conll }), 'x.zip holds no file that can be read: a.zip: archives inside archives are not opened'],
    ['that is empty', () => zipped({}), 'x.zip holds no files.'],
    ['of Word', () => zipped({ '[Content_Types].xml': '', 'word/document.xml': '' }), 'x.zip is a Word or Excel document'],
    ['cut off', async () => (await zipped({ 'a.conll': conll })).slice(0, 40), 'x.zip is damaged: its end is missing'],
    ['whose entries lie over each other', async () => archive([{ name: 'a.txt', content: conll }, { name: 'b.txt', content: conll, at: 0 }]), 'lie over each other'],
    ['of brat without its texts', () => zipped({ 'a.ann': 'T1\tx 0 1\ta' }), 'x.zip holds nothing to import. x.zip/a.ann has no text beside it: choose a.txt as well.'],
  ])('%s is refused with the reason', async (_, bytes, message) => {
    await expect(readAll([offer('x.zip', await bytes())])).rejects.toThrow(message);
  });

  it('that was damaged is not taken for what it holds: one bit in a text', async () => {
    const bytes = await zipped({ 'a.conll': conll });
    bytes[bytes.findIndex((_, i) => bytes[i] === 0x41 && bytes[i + 1] === 0x6e)]! ^= 2;
    await expect(readAll([offer('x.zip', bytes)])).rejects.toThrow('x.zip is damaged: a.conll is not what was packed');
  });

  it('ends at its limits', async () => {
    const large = Array.from({ length: 300_000 }, (_, i) => `w${(i * 7919) % 977}\tO\n`).join('');
    const bytes = await zipped({ 'a.conll': conll, 'b.conll': large, 'c.conll': conll });
    const expand = async (limits: Partial<typeof ARCHIVE_LIMITS>): Promise<string[]> => (await expandFiles([offer('x.zip', bytes)], { ...ARCHIVE_LIMITS, ...limits }))[0]!.leftOut.map(({ name, reason }) => `${name} ${reason}`);
    expect(await expand({})).toEqual([]);
    expect(await expand({ ratio: 2 })).toEqual(['b.conll it unpacks to far more than a file of texts does']);
    expect(await expand({ entryBytes: 1 << 20 })).toEqual(['b.conll it unpacks to more than 1 MB']);
    await expect(expand({ entries: 2 })).rejects.toThrow('has 3 entries: more than 2 are not read');
    await expect(expand({ totalBytes: 1000 })).rejects.toThrow('more than 1000 are not read');
    await expect(expand({ bytes: 100 })).rejects.toThrow('x.zip is larger than 0 MB');
  });
});

describe('a gzip file', () => {
  const offered = (bytes: Uint8Array): ReturnType<typeof offer> => offer('train.conll.gz', bytes, 5);

  it('is unpacked as it is read, also one of several members', async () => {
    const read = await readAll([offered(concatenate([gzipSync(strToU8(conll)), gzipSync(strToU8(conll))]))]);
    expect(texts(read)).toEqual(['- Ana left', '- Ana left']);
    expect(read.names).toEqual(['train.conll']);
  });

  it.each([
    ['cut off', (bytes: Uint8Array) => bytes.slice(0, -9)],
    ['with another checksum', (bytes: Uint8Array) => bytes.with(bytes.length - 5, bytes.at(-5)! ^ 1)],
    ['with a bit flipped', (bytes: Uint8Array) => bytes.with(20, bytes[20]! ^ 16)],
  ])('%s is refused', async (_, spoil) => {
    await expect(readAll([offered(spoil(gzipSync(strToU8(conll.repeat(3)))))])).rejects.toThrow('train.conll.gz is damaged');
  });

  it('that unpacks to far more than texts do is refused', async () => {
    await expect(readAll([offer('a.conll.gz', gzipSync(new Uint8Array(3 << 20).fill(0x61), { level: 9 }))])).rejects.toThrow('unpacks to far more than a file of texts is');
  });

  it('of a tar archive says what to do', async () => {
    await expect(readAll([offer('a.tar.gz', gzipSync(strToU8(conll)))])).rejects.toThrow('a.tar.gz is a tar archive. Unpack it');
  });
});
