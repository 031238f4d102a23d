import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectContainer, ValueSplitter } from '../../../../../web/src/dataset/formats/json/splitter.ts';

function split(text: string, array: boolean): { values: [string, number][]; splitter: ValueSplitter } {
  const values: [string, number][] = [];
  const splitter = new ValueSplitter(array, (value, line) => values.push([value, line]));
  text.split('\n').forEach((line, i) => splitter.feed(line, i + 1));
  return { values, splitter };
}

describe('ValueSplitter', () => {
  it('gives back every item of any array, however it is printed', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 }), fc.constantFrom(0, 1, '\t'), (items, indent) => {
        const { values, splitter } = split(JSON.stringify(items, null, indent), true);
        expect(values.map(([value]) => JSON.parse(value) as unknown)).toEqual(items.map((item) => JSON.parse(JSON.stringify(item)) as unknown));
        expect([splitter.complete, splitter.held]).toEqual([true, 0]);
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it('gives back objects that follow each other over lines', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), { maxLength: 4 });
    fc.assert(
      fc.property(objects, (items) => {
        const { values, splitter } = split(items.map((item) => JSON.stringify(item, null, 2)).join('\n'), false);
        expect(values.map(([value]) => JSON.parse(value) as unknown)).toEqual(items.map((item) => JSON.parse(JSON.stringify(item)) as unknown));
        expect(splitter.complete).toBe(true);
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it('says on which line a value begins', () => {
    expect(split('[\n1,\n\n[2,\n3], "a]\\"",\n4]', true).values.map(([, line]) => line)).toEqual([2, 4, 5, 6]);
  });

  it('gives an empty value for a comma too many, and knows an end that is missing', () => {
    expect(split('[1,,2,]', true).values.map(([value]) => value)).toEqual(['1', '', '2', '']);
    expect(split('[1, {"a": [2}', true).splitter.complete).toBe(false);
    expect(split('[1, "2', true).splitter.begun).toBe(1);
    expect(split('{"a":\n1', false).splitter.complete).toBe(false);
    expect(split('[]', true)).toMatchObject({ values: [], splitter: { complete: true } });
  });
});

describe('detectContainer', () => {
  it.each([
    ['lines', ['', '{"text": "a"}', '{"text": "b"}']],
    ['lines', ['["a", {"entities": []}]', '["b", {}]']],
    ['lines', ['{"text": "a" "b"}', '{"text": "b"}']],
    ['array', ['[{"text": "a"},', '{"text": "b"}]']],
    ['array', ['[["a", {"entities": []}]]']],
    ['array', ['[', '"a"', ']']],
    ['objects', ['{', '"text": "a"', '}']],
    ['objects', ['{"data": [', '{"text": "a"}', ']}']],
  ])('%s: %j', (container, sample) => {
    expect(detectContainer(sample)).toBe(container);
  });
});
