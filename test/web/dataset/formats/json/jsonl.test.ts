import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importFile } from '../../../../../web/src/dataset/formats/import.ts';
import { writeJsonl } from '../../../../../web/src/dataset/formats/write-jsonl.ts';
import type { Span } from '../../../../../web/src/text/span.ts';
import { bytesOf, json, kinds, load, show, tokens } from '../stream.ts';

describe('a JSONL file', () => {
  it.each([
    ['spans', 'jsonl', { text: 'Ana left Oslo', spans: [{ start: 0, end: 3, label: 'person' }, { start: 9, end: 13, label: 'place' }] }],
    ['entities as lists', 'jsonl', { text: 'Ana left Oslo', entities: [[0, 3, 'person'], [9, 13, 'place']] }],
    ['entities as objects of doccano', 'doccano', { text: 'Ana left Oslo', entities: [{ id: 1, start_offset: 0, end_offset: 3, label: 'person' }, { id: 2, start_offset: 9, end_offset: 13, label: 'place' }] }],
    ['label of doccano', 'doccano', { text: 'Ana left Oslo', label: [[0, 3, 'person'], [9, 13, 'place']] }],
    ['labels', 'doccano', { text: 'Ana left Oslo', labels: [[0, 3, 'person'], [9, 13, 'place']] }],
    ['pairs of spaCy', 'jsonl', ['Ana left Oslo', { entities: [[0, 3, 'person'], [9, 13, 'place']] }]],
    ['tokens with ner_tags', 'hugging-face', { tokens: ['Ana', 'left', 'Oslo'], ner_tags: ['B-person', 'O', 'B-place'] }],
    ['tokens with tags', 'hugging-face', { tokens: ['Ana', 'left', 'Oslo'], tags: ['B-person', 'O', 'B-place'] }],
  ])('with %s is read, as %s', async (_, format, value) => {
    const { documents, report } = await load(json(value), 'a.jsonl');
    expect(show(documents)).toEqual(['[Ana:person] left [Oslo:place]']);
    expect(report).toMatchObject({ format, repairs: [], problemCount: 0 });
  });

  it('counts offsets in code points', async () => {
    const { documents } = await load(json({ text: '😂 Ana 𝒳 left', spans: [{ start: 2, end: 7, label: 'person', score: 0.5 }] }), 'a.jsonl');
    expect(show(documents)).toEqual(['😂 [Ana 𝒳:person] left']);
    expect(documents[0]!.spans[0]!.score).toBe(0.5);
  });

  it('drops spans that do not fit and says on which line; it shifts none', async () => {
    const bad = [{ start: 2, end: 2, label: 'x' }, { start: -1, end: 2, label: 'x' }, { start: 0, end: 9, label: 'x' }, { start: 0.5, end: 2, label: 'x' }, { start: 0, end: 2 }, { start: 0, end: 2, label: '' }, 'x', [0]];
    const good = { start: 0, end: 2, label: 'x' };
    const { documents, report } = await load(json({ text: 'ok' }, { text: 'aé😂', spans: [...bad, good, good, { start: 0, end: 3, label: 'y' }] }), 'a.jsonl');
    expect(documents[1]!.spans.map(({ start, end, type }) => [start, end, type])).toEqual([
      [0, 2, 'x'],
      [0, 4, 'y'],
    ]);
    expect(kinds(report)).toEqual({ 'invalid-span': bad.length, 'duplicate-span': 1 });
    expect(report.repairs[0]!.firstLine).toBe(2);
  });

  it('with lines that are not JSON fails with their numbers, and keeps the others if told to', async () => {
    const content = `${json({ text: 'a' })}{"text": "b\n\n${json({ text: 'c' }, 7, { no: 1 })}`;
    await expect(load(content, 'a.jsonl')).rejects.toThrow(/^a\.jsonl has 3 lines that cannot be read\. Line 2: Not valid JSON.*Line 5: Not an object.*Line 6: No "text"/);
    const { documents, report } = await load(content, 'a.jsonl', { skipProblems: true });
    expect(documents.map(({ text }) => text)).toEqual(['a', 'c']);
    expect(report.problems.map(({ line }) => line)).toEqual([2, 5, 6]);
  });

  it('with numbers for tags, or another number of tags than tokens, fails with the line', async () => {
    await expect(load(json({ tokens: ['a'], ner_tags: [0] }), 'a.jsonl')).rejects.toThrow('Line 1: Tags must be strings');
    await expect(load(json({ tokens: ['a', 'b'], ner_tags: ['O'] }), 'a.jsonl')).rejects.toThrow('Line 1: 2 tokens and 1 tags');
  });

  it('has words where Prodigy gives tokens, without those of white space', async () => {
    const words = [['😂', 0], ['Ana', 2], ['\n', 5], ['left', 6]].map(([text, start], id) => ({ text, start, end: (start as number) + [...(text as string)].length, id, ws: true }));
    const { documents, report } = await load(json({ text: '😂 Ana\nleft', tokens: words, spans: [{ token_start: 1, token_end: 3, label: 'x' }], _input_hash: 5, answer: 'accept' }), 'a.jsonl');
    expect(tokens(documents)).toEqual([['😂', 'Ana', 'left']]);
    expect(show(documents)).toEqual(['😂 [Ana\nleft:x]']);
    expect(report.repairs).toEqual([]);
  });

  it('leaves words out that do not fit their text, and says so', async () => {
    for (const token of [{ start: 0, end: 9 }, { start: 1, end: 1 }, { start: 'a', end: 2 }]) {
      const { documents, report } = await load(json({ text: 'Ana', tokens: [token] }), 'a.jsonl');
      expect(documents[0]).not.toHaveProperty('words');
      expect(kinds(report)).toEqual({ 'misplaced-words': 1 });
    }
    const overlapping = json({ text: 'Ana', tokens: [{ start: 0, end: 2 }, { start: 1, end: 3 }] });
    expect(kinds((await load(overlapping, 'a.jsonl')).report)).toEqual({ 'misplaced-words': 1 });
  });

  it('leaves texts out that were rejected or ignored in Prodigy, and says so', async () => {
    const { documents, report } = await load(json({ text: 'a', answer: 'reject' }, { text: 'b', answer: 'accept' }, { text: 'c', answer: 'ignore' }), 'a.jsonl');
    expect(show(documents)).toEqual(['b']);
    expect(kinds(report)).toEqual({ 'rejected-text': 2 });
  });

  it('says who made a span; the import says it of the others', async () => {
    const spans = [{ start: 0, end: 1, label: 'x' }, { start: 0, end: 1, label: 'y', source: 'llm', note: 'hm' }, { start: 0, end: 1, label: 'z', source: 'en_core_web_sm' }];
    const { documents } = await load(json({ text: 'a', spans }), 'a.jsonl', { source: 'generated' });
    expect(documents[0]!.spans.map(({ source, note }) => [source, note])).toEqual([['generated', undefined], ['llm', 'hm'], ['generated', undefined]]);
  });

  it('has suggestions in layers, which the report names with their source', async () => {
    const suggestions = [
      { start: 0, end: 1, label: 'x', source: 'llm', layer: 'gpt' },
      { start: 2, end: 3, label: 'x', layer: 'old' },
      { start: 2, end: 3, label: 'x', source: 'llm', layer: 'gpt', score: 0.5 },
    ];
    const { documents, report } = await load(json({ text: 'a b', suggestions }), 'a.jsonl');
    expect(documents[0]!.suggestions).toEqual([
      { start: 0, end: 1, type: 'x', source: 'llm', layer: 'gpt' },
      { start: 2, end: 3, type: 'x', source: 'llm', layer: 'gpt', score: 0.5 },
      { start: 2, end: 3, type: 'x', source: 'model', layer: 'old' },
    ]);
    expect(report.layers).toEqual([{ name: 'gpt', source: 'llm' }, { name: 'old', source: 'model' }]);
  });

  it('that is one array is read, also over many lines', async () => {
    for (const indent of [0, 2]) {
      const { documents, report } = await load(JSON.stringify([{ text: 'Ana', spans: [{ start: 0, end: 3, label: 'x' }] }, { text: 'b' }], null, indent), 'a.json');
      expect(show(documents)).toEqual(['[Ana:x]', 'b']);
      expect(report.layout).toBe('one JSON array');
    }
    await expect(load('[{"text": "a"}, 5]', 'a.json')).rejects.toThrow('Item 2: Not an object');
  });

  it('replaces raw NULs by one character each, so that offsets hold, and skips empty texts', async () => {
    const { documents, report } = await load('{"text":"A\0na left","spans":[{"start":5,"end":9,"label":"x"}]}\n{"text":" "}\n\0\0\0', 'a.jsonl');
    expect(show(documents)).toEqual(['A\ufffdna [left:x]']);
    expect(kinds(report)).toEqual({ nul: 2, 'empty-text': 1 });
  });

  it('takes the split that a line names, unless the import has one', async () => {
    const content = json({ text: 'a', split: 'dev' }, { text: 'b', split: 'other' });
    expect((await load(content, 'a.jsonl')).documents.map(({ split }) => split)).toEqual(['dev', undefined]);
    expect((await load(content, 'a.jsonl', { split: 'test' })).documents.map(({ split }) => split)).toEqual(['test', 'test']);
  });

  it('cleans tokens of what would break a line of CoNLL', async () => {
    const { documents, report } = await load(json({ tokens: ['a\nb', '', 'c'] }), 'a.jsonl');
    expect(tokens(documents)).toEqual([['a b', '\ufffd', 'c']]);
    expect(kinds(report)).toEqual({ 'token-white-space': 1, 'empty-token': 1 });
  });
});

describe('writeJsonl', () => {
  it('writes what is read back the same, scores included', async () => {
    const unit = fc.oneof(fc.constantFrom('a', ' ', 'é', '😂', '北', '\n', '"', '\\', '\u2028', '\0', '\ud800'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
    const record = fc
      .tuple(fc.array(unit, { minLength: 1, maxLength: 20 }), fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.constantFrom('a', 'größe'), fc.option(fc.double({ min: 0, max: 1, noNaN: true }))), { maxLength: 4 }))
      .map(([units, raw]) => {
        const text = `x${units.join('')}`;
        const points = [...text];
        const at = (i: number): number => points.slice(0, i).join('').length;
        const spans = new Map<string, Span>();
        for (const [start, length, type, score] of raw) {
          if (start >= points.length) continue;
          const span: Span = { start: at(start), end: at(Math.min(points.length, start + 1 + length)), type, source: 'manual' };
          if (score !== null) span.score = score + 0;
          spans.set(`${span.start} ${span.end} ${type}`, span);
        }
        return { text, spans: [...spans.values()] };
      });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 60 }), async (records, size) => {
        const file = [...writeJsonl(records)].join('');
        const { documents, report } = await importFile('a.jsonl', bytesOf(file, size));
        expect(documents.map(({ text, spans }) => ({ text, spans }))).toEqual(records);
        expect(report.repairs).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('counts code points as Python does', () => {
    expect([...writeJsonl([{ text: '😂 Ana', spans: [{ start: 3, end: 6, type: 'x', source: 'manual' }] }])]).toEqual(['{"text":"😂 Ana","spans":[{"start":2,"end":5,"label":"x"}]}\n']);
  });
});
