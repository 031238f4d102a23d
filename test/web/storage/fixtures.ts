import 'fake-indexeddb/auto';
import { afterEach } from 'vitest';
import type { Dataset, Document } from '../../../web/src/dataset/document.ts';
import { openStore, type Store } from '../../../web/src/storage/open.ts';
import { noTally } from '../../../web/src/llm/meter.ts';
import type { StoredReply } from '../../../web/src/llm/replies.ts';
import type { LlmJobRecord, ModelRecord, RunRecord } from '../../../web/src/storage/schema.ts';

let opened: Store[] = [];
let count = 0;
export const freshName = () => `test-${(count += 1)}`;

/** A store that is closed after the test. */
export async function open(name = freshName()): Promise<Store> {
  const store = await openStore(name);
  opened.push(store);
  return store;
}
afterEach(() => {
  opened.forEach((store) => store.close());
  opened = [];
});

export const dataset = (id: string): Dataset => ({ id, name: `Set ${id}`, types: [{ name: 'person', definition: 'A human being.', colour: 30 }], language: 'en', layers: [], created: 1 });

export const document = (id: string): Document => ({
  id,
  text: `Text ${id}`,
  spans: [{ start: 0, end: 4, type: 'person', source: 'manual' }],
  split: 'train',
  origin: { file: 'a.conll', line: 1 },
});

export const documents = (length: number): Document[] => Array.from({ length }, (_, index) => document(`d${index}`));

const score = { precision: 1, recall: 1, f1: 1 };
export const run = (id: string, set: string): RunRecord => ({
  id,
  dataset: set,
  created: 5,
  milliseconds: 10,
  recipe: { name: 'few-shot', seed: 1 } as RunRecord['recipe'],
  reason: 'finished',
  result: { scores: { micro: score, macro: score, weighted: score, types: {} } } as RunRecord['result'],
  evaluations: [],
  gold: [document('a')],
});

export const model = (id: string, set: string): ModelRecord => ({ id, dataset: set, name: 'tagger', encoder: 'tiny', labels: ['O'], bytes: 3, created: 5 });

export const llmJob = (id: string, set: string): LlmJobRecord => ({
  id,
  dataset: set,
  created: 5,
  updated: 6,
  task: 'annotate.v1',
  model: 'small',
  source: { kind: 'proxy', name: 'This server' },
  settings: { examples: 4, seed: 1 },
  total: 10,
  state: 'paused',
  message: null,
  tally: { ...noTally, answered: 3, reasons: { empty: 1 } },
});

/** The reply to the request of a number. Keys are hashes of 64 digits. */
export const reply = (number: number, { model = 'small', task = 'annotate.v1' } = {}): StoredReply => ({
  key: number.toString(16).padStart(64, '0'),
  request: { task, model, messages: [{ role: 'user', content: `Question ${number}: \ud800` }], sampling: { maxTokens: 10 }, draw: 0 },
  reply: { text: `Answer ${number}`, finish: 'stop', usage: { prompt: 10, completion: 2 }, dollars: 0.000_044, model, milliseconds: 7 },
  source: { kind: 'proxy', name: 'This server' },
  received: 8,
});
