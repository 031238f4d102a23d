import { expect, it } from 'vitest';
import { changed, reverse } from '../../../web/src/dataset/change.ts';
import type { Dataset, Document, Suggestion } from '../../../web/src/dataset/document.ts';
import { addingLayer, removingLayer } from '../../../web/src/dataset/layers.ts';

const layer = (id: string) => ({ id, name: id, source: 'model' as const, created: 1 });
const suggestion = (of: string): Suggestion => ({ start: 0, end: 4, type: 'person', source: 'model', score: 0.5, layer: of });
const dataset: Dataset = { id: 'x', name: 'x', types: [], language: 'en', layers: [layer('a')], created: 1 };
const document = (id: string, suggestions?: Suggestion[]): Document => ({ id, text: 'Mara sings.', spans: [], ...(suggestions ? { suggestions } : {}), origin: { file: 'f', line: 1 } });
const placed = [document('p', [suggestion('a')]), document('q'), document('r')].map((one, index) => ({ position: 10 + index, document: one }));

const after = (documents: typeof placed, change: ReturnType<typeof addingLayer>) =>
  documents.map((one) => {
    const edit = change.documents.find(({ position }) => position === one.position);
    return edit ? { ...one, document: changed(one.document, edit)! } : one;
  });

it('a layer comes with its suggestions and goes with those that are still open; both can be taken back', () => {
  const adding = addingLayer(dataset, placed, layer('b'), new Map([[10, [suggestion('b')]], [12, [suggestion('b')]], [11, []]]), 'add', 1);
  expect(adding.documents.map(({ position }) => position)).toEqual([10, 12]);
  expect(adding.layers?.after.map(({ id }) => id)).toEqual(['a', 'b']);
  const added = after(placed, adding);
  expect(added.map((one) => one.document.suggestions?.map((made) => made.layer))).toEqual([['a', 'b'], undefined, ['b']]);
  expect(after(added, reverse(adding))).toStrictEqual(placed);

  const removing = removingLayer({ ...dataset, layers: adding.layers!.after }, added, 'b', 'remove', 1);
  expect(removing.layers?.after).toEqual(dataset.layers);
  expect(after(added, removing)).toStrictEqual(placed);
  expect(after(after(added, removing), reverse(removing))).toStrictEqual(added);
});
