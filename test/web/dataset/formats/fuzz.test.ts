import { zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fork } from '../../../../web/src/dataset/random.ts';
import { writers } from '../../../../web/src/dataset/formats/writers.ts';
import { dataSets } from '../arbitrary.ts';
import { damage } from './damage.ts';
import { fileOf, MINUTES, thorough, written } from './files.ts';
import { hostileParquet, withHugeNumber } from './hostile-parquet.ts';
import { hostileAnnotations, hostileTexts } from './hostile-texts.ts';
import { hostileZips } from './hostile-zips.ts';
import { judge, type Verdict } from './judge.ts';

/** Files spoilt of each format. */
const files = thorough ? 1000 : 60;

/** Milliseconds that one file may take. Where it took longer, memory may have been cleared in the meantime: it has a second chance. */
const MOST = 2000;

async function inTime(name: string, bytes: Uint8Array, options?: Parameters<typeof judge>[2]): Promise<Verdict> {
  const first = await judge(name, bytes, options);
  const verdict = first.milliseconds > MOST ? await judge(name, bytes, options) : first;
  expect(verdict.milliseconds).toBeLessThan(MOST);
  return verdict;
}

/** Runs the check and says of which file it failed. */
async function about<T>(what: string, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

describe.each(written)('spoilt files of %s', (format) => {
  it(`end in sound documents or a message, ${files} of them`, async () => {
    const writer = await writers[format]!();
    const random = fork(11, `fuzz ${format}`);
    const sources = await Promise.all(fc.sample(dataSets(6), { numRuns: 25, seed: 11 }).map((exported) => fileOf(writer, exported)));
    const ends = { read: 0, 'read in part': 0, refused: 0 };
    for (let i = 0; i < files; i++) {
      const { how, bytes } = damage(sources[i % sources.length]!, Math.floor(i / 2), random);
      // Told and untold: a reader meets files that were never its own.
      const untold = i % 2 === 0;
      const verdict = await about(`File ${i} (${how})`, () => inTime(untold ? 'file.dat' : `data.${writer.ending}`, bytes, untold ? {} : { format }));
      ends[verdict.end]++;
    }
    if (thorough) console.info(`${format}: ${JSON.stringify(ends)}`);
    expect(ends.read + ends['read in part'] + ends.refused).toBe(files);
  }, MINUTES);
});

describe('a hostile file', () => {
  it.each(Object.keys(hostileTexts))('of text ends in time: %s', async (name) => {
    await inTime(name, new TextEncoder().encode(hostileTexts[name]!()));
  });

  it.each(Object.keys(hostileAnnotations))('of brat ends in time: %s', async (name) => {
    const encoder = new TextEncoder();
    await inTime('a.zip', zipSync({ 'a.txt': encoder.encode('Ana left Oslo'), 'a.ann': encoder.encode(hostileAnnotations[name]!()) }));
  });

  it.each(Object.keys(hostileZips))('of archives ends in time and takes little memory: %s', async (name) => {
    const bytes = hostileZips[name]!();
    const before = process.resourceUsage().maxRSS;
    await inTime('a.zip', bytes);
    expect((process.resourceUsage().maxRSS - before) >> 10).toBeLessThan(400);
  });

  it.each(Object.keys(hostileParquet))('of Parquet ends in a message: %s', async (name) => {
    expect((await inTime('a.parquet', hostileParquet[name]!())).end).toBe('refused');
  });

  it.skipIf(!writers.parquet)(`of Parquet with a huge number somewhere ends in time and takes little memory, ${files} of them`, async () => {
    const { unzipSync } = await import('fflate');
    const writer = await writers.parquet!();
    const random = fork(12, 'huge numbers');
    const archives = await Promise.all(fc.sample(dataSets(6), { numRuns: 10, seed: 12 }).map((exported) => fileOf(writer, exported)));
    const sources = archives.flatMap((archive) => Object.entries(unzipSync(archive)).flatMap(([name, bytes]) => (name.endsWith('.parquet') ? [bytes] : [])));
    const before = process.resourceUsage().maxRSS;
    for (let i = 0; i < files; i++) await about(`File ${i}`, () => inTime('a.parquet', withHugeNumber(sources[i % sources.length]!, random)));
    expect((process.resourceUsage().maxRSS - before) >> 10).toBeLessThan(400);
  }, MINUTES);
});
