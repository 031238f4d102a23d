import { describe, expect, it } from 'vitest';
import { kinds, load, show } from '../stream.ts';

const region = (start: number, end: number, text: string, label = 'person'): object => ({ type: 'labels', from_name: 'label', to_name: 'text', id: 'a', origin: 'manual', value: { start, end, text, labels: [label] } });
const read = (...tasks: unknown[]): ReturnType<typeof load> => load(JSON.stringify(tasks), 'a.json');

describe('tasks of Label Studio', () => {
  it('have the spans of the first annotation; other annotators and models are layers of suggestions', async () => {
    const { documents, report } = await read({
      id: 3,
      data: { text: 'Ana left Oslo' },
      annotations: [
        { was_cancelled: true, result: [region(4, 8, 'left')] },
        { completed_by: 1, result: [region(0, 3, 'Ana')] },
        { completed_by: { id: 9, email: 'b@example.org' }, result: [region(9, 13, 'Oslo', 'place')] },
      ],
      predictions: [
        { model_version: 'v1', score: 0.5, result: [{ ...region(0, 3, 'Ana'), score: 0.75 }] },
        { model_version: 'v1', result: [region(0, 3, 'Ana'), region(9, 13, 'Oslo', 'place')] },
        { result: [] },
      ],
    });
    expect(show(documents)).toEqual(['[Ana:person] left Oslo']);
    expect(documents[0]!.spans[0]!.source).toBe('manual');
    expect(documents[0]!.suggestions).toEqual([
      { start: 9, end: 13, type: 'place', source: 'manual', layer: 'annotator 9' },
      { start: 0, end: 3, type: 'person', source: 'model', score: 0.75, layer: 'v1' },
      { start: 9, end: 13, type: 'place', source: 'model', layer: 'v1' },
    ]);
    expect(report).toMatchObject({ format: 'label-studio', layers: [{ name: 'annotator 9', source: 'manual' }, { name: 'v1', source: 'model' }] });
    expect(kinds(report)).toEqual({ 'duplicate-span': 1 });
  });

  it('count characters, as the editor does since 1.4', async () => {
    const { documents, report } = await read({ data: { text: '👋🏽 Ana\nB left' }, annotations: [{ result: [region(3, 8, 'Ana\\nB')] }] });
    expect(show(documents)).toEqual(['👋🏽 [Ana\nB:person] left']);
    expect(report.repairs).toEqual([]);
  });

  it('of an older version count UTF-16 units, which the texts of the regions show', async () => {
    const { documents, report } = await read({ data: { text: '💩This is an annotation.' }, annotations: [{ result: [region(13, 23, 'annotation'), region(2, 6, 'This')] }] });
    expect(show(documents)).toEqual(['💩[This:person] is an [annotation:person].']);
    expect(kinds(report)).toEqual({ 'utf-16-offsets': 1 });
  });

  it('have their text where the labels point, else under text, else in the only column of text', async () => {
    const pointed = { ...region(0, 3, 'Ana'), to_name: 'body' };
    const { documents } = await read({ data: { text: 'No', body: 'Ana' }, annotations: [{ result: [pointed] }] }, { data: { title: 'a', text: 'b' } }, { data: { body: 'c', id: 5 } });
    expect(show(documents)).toEqual(['[Ana:person]', 'b', 'c']);
    await expect(read({ data: { image: 'a', url: 'b' } })).rejects.toThrow('Item 1: No text in "data"');
  });

  it('may have several labels a region, notes, other annotations, and nothing but cancelled ones', async () => {
    const several = { type: 'hypertextlabels', value: { start: '/text()[1]', end: '/text()[1]', globalOffsets: { start: 0, end: 3 }, hypertextlabels: ['a', 'b'] }, meta: { text: ['see', 'there'] } };
    const { documents, report } = await read({ data: { text: 'Ana' }, annotations: [{ result: [several, { type: 'choices', value: { choices: ['x'] } }] }] }, { data: { text: 'b' }, annotations: [{ was_cancelled: true, result: [] }] });
    expect(documents.map(({ spans }) => spans)).toEqual([['a', 'b'].map((type) => ({ start: 0, end: 3, type, source: 'manual', note: 'see\nthere' }))]);
    expect(kinds(report)).toEqual({ 'other-annotation': 1, 'rejected-text': 1 });
  });

  it('of the JSON_MIN export have data and labels side by side', async () => {
    const { documents, report } = await read(
      { id: 1, body: 'Ana left', ner: [{ start: 0, end: 3, text: 'Ana', labels: ['person'] }], annotator: 1, annotation_id: 1, created_at: '2024', updated_at: '2024' },
      { id: 2, body: 'none', annotator: 1, annotation_id: 2, created_at: '2024', updated_at: '2024' },
    );
    expect(show(documents)).toEqual(['[Ana:person] left', 'none']);
    expect(report).toMatchObject({ format: 'label-studio', repairs: [] });
  });
});
