import { describe, expect, it } from 'vitest';
import { json, kinds, load, show, tokens } from '../stream.ts';

const tokenized_text = ['Ana', 'B.', 'left'];

describe('a file of GLiNER', () => {
  it('counts tokens from the first to the last of an entity, which may overlap', async () => {
    const { documents, report } = await load(JSON.stringify([{ tokenized_text, ner: [[0, 1, 'person']] }, { tokenized_text, ner: [{ start: 2, end: 2, label: 'act' }] }]), 'a.json');
    expect(show(documents)).toEqual(['[Ana B.:person] left', 'Ana B. [left:act]']);
    expect(tokens(documents)[0]).toEqual(tokenized_text);
    expect(report).toMatchObject({ format: 'gliner', repairs: [] });
    const nested = await load(json({ tokenized_text, ner: [[0, 1, 'person'], [0, 0, 'name']] }), 'a.jsonl');
    expect(nested.documents[0]!.spans.map(({ start, end }) => [start, end])).toEqual([[0, 6], [0, 3]]);
  });

  it('reports entities of tokens that are not there', async () => {
    const { documents, report } = await load(json({ tokenized_text, ner: [[0, 3, 'x'], [-1, 0, 'x'], [3, 3, 'x'], [1, 0, 'x'], ['0', 1, 'x'], [0, 1]] }), 'a.jsonl');
    expect(documents[0]!.spans).toEqual([]);
    expect(kinds(report)).toEqual({ 'invalid-span': 6 });
  });
});
