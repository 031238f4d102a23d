import { describe, expect, it } from 'vitest';
import { classLabelNames } from '../../../../../web/src/dataset/formats/json/class-labels.ts';
import { json, load, show } from '../stream.ts';

const names = ['O', 'B-PER', 'I-PER', 'B-LOC'];
const row = { id: '0', tokens: ['Ana', 'B.', 'left', 'Oslo'], ner_tags: [1, 2, 0, 3] };
const shown = ['[Ana B.:PER] left [Oslo:LOC]'];
const classLabel = { names, _type: 'ClassLabel' };

describe('rows of a Hugging Face data set', () => {
  it('with numbers for tags are read by the names that the import has', async () => {
    const { documents, report } = await load(json(row), 'a.jsonl', { labels: names });
    expect(show(documents)).toEqual(shown);
    expect(report).toMatchObject({ format: 'hugging-face', layout: 'one JSON object a line, tokens with BIO tags' });
  });

  it('with numbers for tags are read by the features in the same file', async () => {
    const features = { tokens: { feature: { dtype: 'string' } }, ner_tags: { feature: classLabel, _type: 'Sequence' } };
    for (const content of [json({ features }, row), json({ dataset_info: { features } }, row), JSON.stringify({ features, train: [row] }), JSON.stringify({ features: [{ name: 'ner_tags', type: { feature: classLabel } }], rows: [{ row_idx: 0, row }] })]) {
      expect(show((await load(content, 'a.json')).documents)).toEqual(shown);
    }
  });

  it('with numbers that nothing names say what to do', async () => {
    await expect(load(json(row), 'a.jsonl')).rejects.toThrow('Add the dataset_info.json or README.md');
    await expect(load(json(row), 'a.jsonl', { labels: ['O', 'B-PER'] })).rejects.toThrow('Line 1: Tag 2 has no name: the names known are those of 0 to 1 (O, B-PER).');
  });

  it('with a text beside the tokens keep the tokens, which the tags are of', async () => {
    const { documents } = await load(json({ text: 'Ana B. left Oslo', tokens: row.tokens, ner_tags: ['B-PER', 'I-PER', 'O', 'B-LOC'] }), 'a.jsonl');
    expect(show(documents)).toEqual(shown);
    expect(documents[0]!.words).toHaveLength(4);
  });

  it('may call their tokens words and have names of types as class labels', async () => {
    const { documents } = await load(json({ words: row.tokens, labels: [1, 1, 0, 2] }), 'a.jsonl', { labels: ['O', 'PER', 'LOC'] });
    expect(show(documents)).toEqual(shown);
  });
});

describe('classLabelNames', () => {
  it.each([
    ['dataset_info.json', { features: { ner_tags: { feature: classLabel } } }],
    ['dataset_infos.json of several configurations', { plain: { features: { tokens: {} } }, ner: { features: { ner_tags: { feature: classLabel } } } }],
    ['the YAML of a README', { dataset_info: { features: [{ name: 'tokens' }, { name: 'ner_tags', sequence: { class_label: { names: { 0: 'O', 1: 'B-PER', 2: 'I-PER', 3: 'B-LOC' } } } }] } }],
    ['the YAML of several configurations', { dataset_info: [{ config_name: 'a', features: [] }, { config_name: 'b', features: [{ name: 'tags', list: { class_label: { names } } }] }] }],
  ])('are found in %s', (_, description) => {
    expect(classLabelNames(description)).toEqual(names);
  });

  it('are not taken from other columns', () => {
    expect(classLabelNames({ features: { pos_tags: { feature: classLabel } } })).toBeNull();
    expect(classLabelNames({ features: { ner_tags: { feature: { names: ['O', 5] } } } })).toBeNull();
    expect(classLabelNames(null)).toBeNull();
  });
});
