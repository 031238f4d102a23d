import { describe, expect, it } from 'vitest';
import { importFile, openImport } from '../../../../web/src/dataset/formats/import.ts';
import { detectFormat } from '../../../../web/src/dataset/formats/detect.ts';
import { splitWords } from '../../../../web/src/text/words.ts';
import { bytesOf, kinds, load, show } from './stream.ts';

describe('detectFormat', () => {
  it('goes by content, and by the name where content leaves it open', () => {
    const conll = ['Ana\tB-x', 'left\tO', '', 'Oslo B-x'];
    const json = ['{"text": "a"}'];
    const text = ['The boat left.', 'It rained.'];
    expect(detectFormat('a.txt', conll)).toBe('conll');
    expect(detectFormat('a.conll', json)).toBe('jsonl');
    expect(detectFormat('a.txt', json)).toBe('jsonl');
    expect(detectFormat('noname', text)).toBe('text');
    expect(detectFormat('a.txt', ['[1] The boat left.', '[2] It rained.'])).toBe('text');
    expect(detectFormat('a.conll', ['Ana', 'left'])).toBe('conll');
    expect(detectFormat('a.txt', ['Ana', 'left'])).toBe('text');
    expect(detectFormat('a.txt', ['Ana person', 'left O', 'Oslo place', 'and O', 'Rome place'])).toBe('text');
    expect(detectFormat('a.tsv', ['Ana person', 'left O', 'Oslo place', 'and O', 'Rome place'])).toBe('conll');
  });
});

describe('a plain text file', () => {
  it('is one text a line, blank lines apart', async () => {
    const { documents, report } = await load('The boat left.\n\n  It rained.  \nBye.', 'a.txt');
    expect(documents.map(({ text, origin }) => [text, origin.line])).toEqual([
      ['The boat left.', 1],
      ['It rained.', 3],
      ['Bye.', 4],
    ]);
    expect(report).toMatchObject({ format: 'text', layout: 'one text a line', documents: 3 });
  });

  it('of paragraphs with blank lines between them is one text a paragraph, and says so', async () => {
    const { documents, report } = await load('The boat\nleft.\n\nIt\nrained.\n', 'a.txt');
    expect(documents.map(({ text }) => text)).toEqual(['The boat\nleft.', 'It\nrained.']);
    expect(report.layout).toContain('paragraph');
    expect((await load('The boat\nleft.\n\nIt\nrained.\n', 'a.txt', { unit: 'line' })).documents).toHaveLength(4);
  });

  it('of 10,000 words in one line is one text with all of them', async () => {
    const { documents } = await load(`${'harbour '.repeat(10_000)}\n`, 'a.txt');
    expect(documents).toHaveLength(1);
    expect(splitWords(documents[0]!.text)).toHaveLength(10_000);
  });
});

describe('a file that cannot be imported', () => {
  it.each([
    ['an empty one', '', 'a.conll is empty.'],
    ['an empty split', '\n\n\n', 'a.conll has no texts: its 3 lines are blank or marks'],
    ['a split of marks', '-DOCSTART- O\n\n', 'a.conll has no texts'],
  ])('says what it is: %s', async (_, content, message) => {
    await expect(load(content)).rejects.toThrow(message);
  });

  it.each([
    ['ZIP', [0x50, 0x4b, 0x03, 0x04, 1, 2, 3], 'is a ZIP archive'],
    ['PDF', [0x25, 0x50, 0x44, 0x46, 0x2d], 'is a PDF'],
    ['noise', Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251), 'is not text in UTF-8'],
  ])('says what it is: %s', async (_, bytes, message) => {
    await expect(load(new Uint8Array(bytes))).rejects.toThrow(`a.conll ${message}`);
  });

  it('says what to do with a table whose columns say nothing', async () => {
    await expect(load('colour,size\nred,1\n', 'a.csv')).rejects.toThrow('a.csv has no header that says what its columns are');
  });

  it('ends at its limits with the number of the line', async () => {
    await expect(load('a\tO\n' + 'b'.repeat(500), 'a.conll', { limits: { lineBytes: 100 } })).rejects.toThrow('Line 2 of a.conll is longer than 100 bytes');
    await expect(load('a\tO\n\n'.repeat(9), 'a.conll', { limits: { documents: 5 } })).rejects.toThrow('more than 5 texts');
    await expect(load('a\tO\n\n'.repeat(9), 'a.conll', { limits: { bytes: 20 } })).rejects.toThrow('larger than 20 bytes');
  });
});

describe('an import', () => {
  it('replaces bytes that are not UTF-8, names the line, and leaves the other lines alone', async () => {
    const bytes = new TextEncoder().encode('Ana\tO\nM?laga\tB-place\nÉcole\tO\n' + 'x\tO\n'.repeat(20));
    bytes[bytes.indexOf(0x3f)] = 0xe1;
    const { documents, report } = await load(bytes);
    expect(documents[0]!.text.startsWith('Ana M\ufffdlaga École')).toBe(true);
    expect(report.repairs).toEqual([{ kind: 'invalid-utf-8', count: 1, firstLine: 2, examples: ['M\ufffdlaga\tB-place'] }]);
  });

  it('reads UTF-16 with and without its mark', async () => {
    const text = 'Ana\tB-x\nÉcole\tO\n';
    for (const [mark, little] of [[true, true], [true, false], [false, true]]) {
      const units = Array.from((mark ? '\ufeff' : '') + text, (letter) => letter.charCodeAt(0));
      const bytes = new Uint8Array(units.flatMap((unit) => (little ? [unit & 0xff, unit >> 8] : [unit >> 8, unit & 0xff])));
      const { documents, report } = await load(bytes);
      expect(show(documents)).toEqual(['[Ana:x] École']);
      expect(kinds(report)).toEqual({ 'utf-16': 1 });
    }
  });

  it('takes a web stream as well as an iterable, and the same whatever the chunks', async () => {
    const content = '\ufeffAna 😂\tB-x\r\nleft\tO\r\n\r\nÉcole\tB-x';
    const whole = await importFile('a.conll', new Blob([content]).stream());
    for (const size of [1, 2, 3, 5, 100]) expect(await importFile('a.conll', bytesOf(content, size))).toEqual(whole);
    expect(show(whole.documents)).toEqual(['[Ana 😂:x] left', '[École:x]']);
  });

  it('reads 200 MB as a stream in bounded memory', { timeout: 180_000 }, async () => {
    const size = 200e6;
    let sentences = '';
    for (let i = 0; i < 8000; i++) sentences += `word${i % 977}\t${['B-person', 'I-person', 'O', 'O', 'O', 'O'][i % 6]}\n${i % 20 === 19 ? '\n' : ''}`;
    const chunk = new TextEncoder().encode(sentences);
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
    }
    const before = process.memoryUsage().rss;
    const start = process.cpuUsage();
    let [peak, read] = [0, 0];
    const { report, documents } = openImport('large.conll', stream());
    for await (const { words } of documents) {
      read += words!.length;
      if (read % 100_000 === 0) peak = Math.max(peak, process.memoryUsage().rss - before);
    }
    const { user, system } = process.cpuUsage(start);
    const chunks = Math.ceil(size / chunk.length);
    expect(read).toBe(chunks * 8000);
    expect(report).toMatchObject({ documents: chunks * 400, problemCount: 0, repairs: [] });
    expect(peak, 'bytes above the start').toBeLessThan(500e6);
    expect((user + system) / 1e6, 'seconds of CPU').toBeLessThan(40);
    console.info(`200 MB: ${((user + system) / 1e6).toFixed(1)} s of CPU, ${(peak / 1e6).toFixed(0)} MB above the start`);
  });
});
