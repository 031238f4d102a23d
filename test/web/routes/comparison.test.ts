import { expect, test } from 'vitest';
import type { Document, Split } from '../../../web/src/dataset/document.ts';
import { differingTexts, taggersToCompare, textsToCompareOn } from '../../../web/src/routes/evaluate/comparison.ts';
import type { ModelRecord } from '../../../web/src/storage/schema.ts';
import type { Span } from '../../../web/src/text/span.ts';

const span = (start: number, type = 'person'): Span => ({ start, end: start + 4, type, source: 'manual' });
const document = (id: string, spans: Span[], split?: Split): Document => ({ id, text: 'Mara left Nuno in Ketterby', spans, ...(split ? { split } : {}), origin: { file: 'made', line: 1 } });
const model = (id: string, dataset: string): ModelRecord => ({ id, dataset, name: id, encoder: 'tiny', labels: ['O'], bytes: 1, created: 1 });

test('splits count as labelled whatever they hold, other texts where they have a label', () => {
  const texts = textsToCompareOn([document('a', [], 'test'), document('b', [span(0)], 'train'), document('c', []), document('d', [span(0)]), document('e', [], 'dev')]);
  expect(Object.entries(texts).map(([place, chosen]) => [place, chosen.map(({ id }) => id).join('')])).toEqual([['test', 'a'], ['dev', 'e'], ['all', 'abde']]);
});

test('a link names the taggers; what it leaves open is filled from the workspace, never twice the same', () => {
  const models = [model('new', 'other'), model('one', 'here'), model('two', 'here')];
  const ids = (named: string, from = models) => taggersToCompare(from, named, 'here').map((each) => each?.id);
  expect(ids('new,one')).toEqual(['new', 'one']);
  expect(ids('')).toEqual(['one', 'two']);
  expect(ids('two')).toEqual(['two', 'one']);
  expect(ids('gone,one')).toEqual(['two', 'one']);
  expect(ids('', [model('one', 'here')])).toEqual(['one', undefined]);
});

test('texts that both tag alike are left out, the others belong to the tagger that has them right', () => {
  const documents = ['alike', 'first', 'second', 'neither'].map((id) => document(id, [span(0), span(10)]));
  const [right, half, wrong] = [[span(0), span(10)], [span(0)], [span(0, 'place')]];
  const found = differingTexts(documents, [[half, right, half, half], [half, half, right, wrong]], new Set(['person', 'place']));
  expect(found.map(({ kind, both }) => [kind, both[0].document.id])).toEqual([['first', 'first'], ['second', 'second'], ['neither', 'neither']]);
  expect(differingTexts([document('a', [])], [[[span(0, 'boat')]], [[]]], new Set(['person']))).toEqual([]);
});
