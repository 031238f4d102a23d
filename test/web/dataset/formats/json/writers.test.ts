import { expect, it } from 'vitest';
import type { Exported, Format } from '../../../../../web/src/dataset/formats/format.ts';
import { writers } from '../../../../../web/src/dataset/formats/writers.ts';

const exported: Exported = {
  name: 'set',
  language: 'en',
  types: [],
  layers: [
    { id: 'l1', name: 'gpt', source: 'llm', created: 0 },
    { id: 'l2', name: 'gpt', source: 'model', created: 0 },
  ],
  documents: [
    {
      id: '1',
      text: '😂 Ana left',
      words: [[0, 2], [3, 6], [7, 11]],
      spans: [{ start: 3, end: 6, type: 'person', source: 'llm', score: 0.5, note: 'sure?' }, { start: 3, end: 11, type: 'event', source: 'manual' }],
      suggestions: [{ start: 0, end: 2, type: 'x', source: 'llm', score: 0.25, layer: 'l1' }, { start: 0, end: 2, type: 'x', source: 'model', layer: 'l2' }],
      split: 'dev',
      origin: { file: 'a', line: 1 },
    },
    { id: '2', text: '\u200b', spans: [], origin: { file: 'a', line: 2 } },
  ],
};

async function write(format: Format, of = exported): Promise<string> {
  let file = '';
  for await (const part of (await writers[format]!()).write(of)) file += part as string;
  return file;
}

it('JSONL has everything, in the form of Prodigy', async () => {
  expect((await write('jsonl')).split('\n')[0]).toBe(
    '{"text":"😂 Ana left","spans":[{"start":2,"end":5,"label":"person","score":0.5,"note":"sure?","source":"llm"},{"start":2,"end":10,"label":"event"}],' +
      '"tokens":[{"text":"😂","start":0,"end":1,"id":0,"ws":true},{"text":"Ana","start":2,"end":5,"id":1,"ws":true},{"text":"left","start":6,"end":10,"id":2,"ws":false}],' +
      '"suggestions":[{"start":0,"end":1,"label":"x","score":0.25,"source":"llm","layer":"gpt"},{"start":0,"end":1,"label":"x","source":"model","layer":"gpt (2)"}],"split":"dev"}',
  );
});

it('doccano has offsets in characters', async () => {
  expect(await write('doccano')).toBe('{"id":1,"text":"😂 Ana left","label":[[2,5,"person"],[2,10,"event"]],"split":"dev"}\n{"id":2,"text":"\u200b","label":[],"split":null}\n');
});

it('GLiNER has one array, and leaves out what has no word', async () => {
  expect(await write('gliner')).toBe('[\n{"tokenized_text":["😂","Ana","left"],"ner":[[1,1,"person"],[1,2,"event"]],"split":"dev"}\n]\n');
  expect(JSON.parse(await write('gliner', { ...exported, documents: [] }))).toEqual([]);
});

it('Hugging Face has tags as strings, of the longer of two spans', async () => {
  expect(await write('hugging-face')).toBe('{"tokens":["😂","Ana","left"],"ner_tags":["O","B-event","I-event"],"split":"dev"}\n');
});

it('Label Studio has an annotation where there are spans, and a prediction for each layer', async () => {
  const shared = { from_name: 'label', to_name: 'text', type: 'labels' };
  expect(JSON.parse(await write('label-studio'))).toEqual([
    {
      id: 1,
      data: { text: '😂 Ana left', split: 'dev' },
      annotations: [
        {
          result: [
            { id: 'region-1', ...shared, value: { start: 2, end: 5, text: 'Ana', labels: ['person'] }, score: 0.5, meta: { text: ['sure?'], source: 'llm' } },
            { id: 'region-2', ...shared, value: { start: 2, end: 10, text: 'Ana left', labels: ['event'] } },
          ],
        },
      ],
      predictions: [
        { model_version: 'gpt', score: 0.25, result: [{ id: 'region-3', ...shared, value: { start: 0, end: 1, text: '😂', labels: ['x'] }, score: 0.25, meta: { source: 'llm' } }] },
        { model_version: 'gpt (2)', result: [{ id: 'region-4', ...shared, value: { start: 0, end: 1, text: '😂', labels: ['x'] } }] },
      ],
    },
    { id: 2, data: { text: '\u200b' }, annotations: [], predictions: [] },
  ]);
});
