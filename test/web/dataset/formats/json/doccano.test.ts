import { describe, expect, it } from 'vitest';
import { json, kinds, load, show } from '../stream.ts';

describe('a file of doccano', () => {
  it('has labels in lists or, with relations, entities in objects; offsets count characters', async () => {
    const { documents, report } = await load(
      json(
        { id: 7, text: '😂 Ana left', label: [[2, 5, 'person']], Comments: [] },
        { id: 8, text: 'Ana left', entities: [{ id: 1, label: 'person', start_offset: 0, end_offset: 3 }], relations: [{ id: 1, from_id: 1, to_id: 1, type: 'is' }] },
        { id: 9, text: 'none', label: [] },
      ),
      'a.jsonl',
    );
    expect(show(documents)).toEqual(['😂 [Ana:person] left', '[Ana:person] left', 'none']);
    expect(report).toMatchObject({ format: 'doccano', repairs: [] });
  });

  it('of text classification has labels that are no spans; they are reported', async () => {
    const { documents, report } = await load(json({ text: 'Ana', label: ['sports'] }), 'a.jsonl');
    expect(show(documents)).toEqual(['Ana']);
    expect(kinds(report)).toEqual({ 'invalid-span': 1 });
  });
});
