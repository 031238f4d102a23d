import { expect, it } from 'vitest';
import { offer, readAll, zipped } from './offered.ts';
import { json, show } from './stream.ts';

const rows = json({ tokens: ['Ana', 'left'], ner_tags: [1, 0] });
const names = ['O', 'B-person', 'I-person'];
const info = JSON.stringify({ default: { features: { tokens: { feature: { dtype: 'string', _type: 'Value' } }, ner_tags: { feature: { names, _type: 'ClassLabel' }, _type: 'Sequence' } } } });

it.each([
  ['dataset_infos.json', info],
  ['dataset_info.json', JSON.stringify({ features: [{ name: 'ner_tags', sequence: { class_label: { names } } }] })],
  ['README.md', `---\nlicense: mit\ndataset_info:\n  features:\n  - name: tokens\n    sequence: string\n  - name: ner_tags\n    sequence:\n      class_label:\n        names:\n${names.map((name, i) => `          '${i}': ${name}\n`).join('')}---\n# A set\n`],
])('numbers of class labels get their names from %s beside them', async (name, content) => {
  const loose = await readAll([offer('train.jsonl', rows), offer(name, content)]);
  expect(show(loose.documents)).toEqual(['[Ana:person] left']);
  const packed = await readAll([offer('x.zip', await zipped({ [name]: content, 'data/train.jsonl': rows }))]);
  expect(show(packed.documents)).toEqual(['[Ana:person] left']);
  expect(packed.reports.flatMap(({ problems, repairs }) => [...problems, ...repairs])).toEqual([]);
});

it('names of class labels do not go from one archive to another', async () => {
  const { said } = await readAll([offer('a.zip', await zipped({ 'dataset_infos.json': info, 'a.jsonl': rows })), offer('b.zip', await zipped({ 'b.jsonl': rows }))]);
  expect(said).toEqual([expect.stringContaining('numbers whose names are known')]);
});

it('a README alone is a text as any other', async () => {
  expect((await readAll([offer('README.md', 'Ana left.')])).documents.map(({ text }) => text)).toEqual(['Ana left.']);
});

it('a split that is known goes before that of a path, and the choice of the import before both', async () => {
  const file = { ...offer('a.txt', 'Ana left.'), split: 'dev' as const };
  const split = async (...args: Parameters<typeof readAll>): Promise<unknown> => (await readAll(...args)).documents[0]!.split;
  expect(await split([file])).toBe('dev');
  expect(await split([file], { split: 'test' })).toBe('test');
  expect(await split([offer('train.txt', 'Ana left.')])).toBeUndefined();
});

it('files are opened when they are read, one after the other', async () => {
  const opened: string[] = [];
  const file = (name: string): ReturnType<typeof offer> => ({ ...offer(name, 'Ana\tO\n\n'), plain: true, stream: () => (opened.push(name), offer(name, 'Ana\tO\n\n').stream()) });
  const { openFiles } = await import('../../../../web/src/dataset/formats/open-files.ts');
  const { files } = await openFiles([file('a.conll'), file('b.conll')]);
  expect(opened).toEqual([]);
  for await (const _ of files[0]!.documents) expect(opened).toEqual(['a.conll']);
});

it('more files than can be looked at are refused', async () => {
  const files = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`${i}.conll`, 'a\tO\n']));
  await expect(readAll([offer('x.zip', await zipped(files))])).rejects.toThrow('x.zip holds 1001 files to import: more than 1000 are not read at once');
});
