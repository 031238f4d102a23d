import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dataSet, writtenFolder, writtenNow } from '../../../formats/written.ts';
import type { Document } from '../../../../web/src/dataset/document.ts';
import type { Format } from '../../../../web/src/dataset/formats/format.ts';
import { holdAll } from '../../../../web/src/dataset/formats/hold.ts';
import { openFiles } from '../../../../web/src/dataset/formats/open-files.ts';
import { writers } from '../../../../web/src/dataset/formats/writers.ts';
import { utf16ToCodePoints } from '../../../../web/src/text/offsets.ts';
import { bytesOf } from './stream.ts';

/** A text with its spans in code points, in order, as test/oracle/formats.py tells what a library has read. */
type Told = [text: string, spans: [start: number, end: number, type: string][]];

const fixtures = new URL('../', writtenFolder);
const json = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, fixtures), 'utf8')) as T;
const readBy = json<Record<string, Record<string, Told[]>>>('read-by.json');
const made = json<Record<string, Record<string, Told[]>>>('made.json');
const each = (all: typeof made): [library: string, file: string, documents: Told[]][] =>
  Object.entries(all).flatMap(([library, files]) => Object.entries(files).flatMap(([file, documents]): [string, string, Told[]][] => (file === 'versions' ? [] : [[library, file, documents]])));

const inOrder = (spans: Told[1]): Told[1] => spans.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1));

function told({ text, spans }: Document): Told {
  const toPoints = utf16ToCodePoints(text);
  return [text, inOrder(spans.map(({ start, end, type }) => [toPoints(start), toPoints(end), type]))];
}

/** brat has no types with spaces; its display file says how they are written. */
const withoutSpaces = ([text, spans]: Told): Told => [text, spans.map(([start, end, type]) => [start, end, type.replaceAll(' ', '_')])];

describe('the files that Python libraries have read', () => {
  it('are those that are written now, byte for byte', async () => {
    const files = await writtenNow();
    expect(files.map(({ file }) => file).sort()).toEqual(readdirSync(writtenFolder).sort());
    for (const { file, bytes } of files) expect(Buffer.compare(bytes, readFileSync(new URL(file, writtenFolder))), `${file}: if the change is meant, run node test/formats/main.ts --write and test/oracle/formats.py`).toBe(0);
  });

  it.each(each(readBy))('gave %s of %s what the data set has', async (_, file, documents) => {
    const writer = await writers[file.split('.')[0] as Format]!();
    const expected = Array.from(holdAll(dataSet.documents, writer.holds, dataSet.language), told);
    expect(documents.map(([text, spans]): Told => [text, inOrder(spans)])).toEqual(file === 'brat.zip' ? expected.map(withoutSpaces) : expected);
  });
});

describe('files that Python libraries have written', () => {
  it.each(each(made))('come in as they are: %s, %s', async (_, name, documents) => {
    const path = new URL(`made/${name}`, fixtures);
    const names = statSync(path).isDirectory() ? readdirSync(path).map((file) => `${name}/${file}`) : [name];
    const offered = names.map((file) => {
      const bytes = readFileSync(new URL(`made/${file}`, fixtures));
      return { name: file, size: bytes.length, stream: () => bytesOf(bytes, 101) };
    });
    const read: Document[] = [];
    for (const file of (await openFiles(offered)).files) {
      for await (const document of file.documents) read.push(document);
      expect(file.report.problems).toEqual([]);
    }
    expect(read.map(told)).toEqual(documents.map(([text, spans]) => [text, inOrder(spans)]));
  });
});
