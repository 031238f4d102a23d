import { describe, expect, it } from 'vitest';
import { importFile } from '../../../../../web/src/dataset/formats/import.ts';
import { bytesOf, json, kinds, load, show } from '../stream.ts';

const task = { text: 'Ana', spans: [{ start: 0, end: 3, label: 'x' }] };

describe('a JSON file', () => {
  it.each([
    ['in a list of an object', { data: [task, task] }],
    ['in a list named annotations, with its classes', { classes: ['x'], annotations: [['Ana', { entities: [[0, 3, 'x']] }], task] }],
    ['in rows of the Hugging Face viewer', { features: [], rows: [{ row_idx: 0, row: task }, { row_idx: 1, row: task }] }],
  ])('has its items %s, on one line or many', async (_, value) => {
    for (const indent of [0, 2]) {
      const { documents } = await load(JSON.stringify(value, null, indent), 'a.json');
      expect(show(documents)).toEqual(['[Ana:x]', '[Ana:x]']);
      expect(new Set(documents.map(({ id }) => id)).size).toBe(2);
    }
  });

  it('says of each item in which split it is, by the name of its list', async () => {
    const { documents } = await load(JSON.stringify({ train: [task], validation: [task], test: [{ ...task, split: 'dev' }] }), 'a.json');
    expect(documents.map(({ split }) => split)).toEqual(['train', 'dev', 'dev']);
  });

  it('may hold objects over several lines, one after the other', async () => {
    const { documents } = await load(`${JSON.stringify(task, null, 2)}\n${JSON.stringify({ text: 'b' }, null, 2)}`, 'a.json');
    expect(documents.map(({ text, origin }) => [text, origin.line])).toEqual([['Ana', 1], ['b', 11]]);
  });

  it('is called by the format that most of its items have', async () => {
    const { report } = await load(json({ text: 'a' }, { text: 'a', label: [] }, { text: 'b', label: [] }), 'a.json');
    expect(report.format).toBe('doccano');
  });

  it('names the line and the item that cannot be read', async () => {
    const { documents, report } = await load('[\n{"text": "a"},\n{"text": },\n{"no": 1}, {"text": "b"},\n]', 'a.json', { skipProblems: true });
    expect(documents.map(({ id, origin }) => [id, origin.line])).toEqual([['a.json:1', 2], ['a.json:4', 4]]);
    expect(report.problems.map(({ line, message }) => [line, message.slice(0, 22)])).toEqual([
      [3, 'Item 2: Not valid JSON'],
      [4, 'Item 3: No "text" and '],
      [5, 'Item 5: Nothing stands'],
    ]);
  });

  it('that is cut off, or has something after its end, is refused', async () => {
    await expect(load('[{"text": "a"},\n{"text": "b', 'a.json')).rejects.toThrow('Line 2: What begins on this line never ends');
    await expect(load('[{"text": "a"},\n', 'a.json')).rejects.toThrow('The array never ends');
    await expect(load('[{"text": "a"}]\n[{"text": "b"}]', 'a.json')).rejects.toThrow('Line 2: The array has ended');
    await expect(load('{"features": {"ner_tags": {}}}', 'a.json')).rejects.toThrow('describes a data set and holds none of its texts');
  });

  it.each([
    ['an array a million deep', '['.repeat(1e6)],
    ['one that closes as well', '['.repeat(1e6) + ']'.repeat(1e6)],
    ['lists of lists of items', '{"data":['.repeat(1e5) + ']}'.repeat(1e5)],
    ['a million characters without an end', `["${'\\'.repeat(1e6)}`],
    ['a million characters that are no JSON', 'x'.repeat(1e6)],
    ['a million commas', `[${','.repeat(1e6)}`],
  ])('ends in a problem and not in a crash: %s', { timeout: 30_000 }, async (_, content) => {
    await expect(importFile('a.json', bytesOf(content, 1 << 16))).rejects.toThrow(/^a\.json has (?:a line|\d+ lines|more than 10000 lines or items) that cannot be read\. Line 1: /);
  });

  it('reports a span that is too deep to be shown', async () => {
    const deep = '['.repeat(1e5) + ']'.repeat(1e5);
    const { documents, report } = await importFile('a.jsonl', bytesOf(`{"text": "a", "spans": ${deep}}`, 1 << 16));
    expect(documents[0]!.spans).toEqual([]);
    expect(kinds(report)).toEqual({ 'invalid-span': 1 });
  });

  it('holds no more of an array than the item it reads', async () => {
    const { documents } = await load(`[${`${JSON.stringify(task)},\n`.repeat(100)}${JSON.stringify(task)}]`, 'a.json', { limits: { lineBytes: 100 } });
    expect(documents).toHaveLength(101);
    await expect(load(`[\n{"text": "a",\n${'"b": 1,\n'.repeat(100)}"c": 1}]`, 'a.json', { limits: { lineBytes: 100 } })).rejects.toThrow('begun on line 2, that is too large');
  });
});
