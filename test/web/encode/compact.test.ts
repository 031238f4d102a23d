import { expect, test } from 'vitest';
import { compactVocabulary, gatherRows, spreadRows } from '../../../web/src/encode/compact.ts';
import { adamw } from '../../wasm-models/optim/adamw-reference.ts';

const special = { start: 1, end: 2, padding: 0, unknown: 3 };
const texts = [{ ids: Int32Array.of(9, 5, 5) }, { ids: Int32Array.of(7, 9) }];

test('rows are the special tokens and the ids that occur, ascending', () => {
  const vocabulary = compactVocabulary(texts, special, 12);
  expect([...vocabulary.tokenIds]).toEqual([0, 1, 2, 3, 5, 7, 9]);
  expect([...vocabulary.tokenIds].map((id) => vocabulary.rowOf(id))).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('an id without a row is an error, not another token', () => {
  const { rowOf } = compactVocabulary(texts, special, 12);
  for (const id of [4, 12, -1]) expect(() => rowOf(id)).toThrow(`Token id ${id} is not in the compact vocabulary`);
});

test('a tokenizer with more tokens than the encoder has rows is refused', () => {
  expect(() => compactVocabulary(texts, special, 9)).toThrow('The tokenizer gives token id 9, but the encoder\'s vocabulary has 9 rows');
});

test('gathered rows go back where they came from', () => {
  const table = Float32Array.from({ length: 24 }, (_, index) => index);
  const vocabulary = compactVocabulary(texts, special, 12);
  const rows = gatherRows(table, 2, vocabulary);
  expect([...rows.subarray(8)]).toEqual([10, 11, 14, 15, 18, 19]);
  expect(spreadRows(table, 2, vocabulary, rows, 1)).toEqual(table);
});

test('training the compact rows is training the whole table', () => {
  const [hidden, rows, weightDecay] = [3, 12, 0.1];
  const vocabulary = compactVocabulary(texts, special, rows);
  const start = Float32Array.from({ length: rows * hidden }, (_, index) => Math.sin(index + 1));
  const whole = start.slice();
  const compact = gatherRows(start, hidden, vocabulary);
  const state = (length: number): [Float32Array, Float32Array] => [new Float32Array(length), new Float32Array(length)];
  const [wholeState, compactState] = [state(whole.length), state(compact.length)];
  let decay = 1;
  for (let step = 1; step <= 20; step++) {
    const learningRate = 0.05 * (1 - step / 25);
    const factors = {
      gradientScale: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
      stepSize: learningRate / (1 - 0.9 ** step), secondMomentScale: 1 / Math.sqrt(1 - 0.999 ** step), decay: 1 - learningRate * weightDecay,
    };
    decay *= factors.decay;
    const dense = new Float32Array(whole.length);
    for (const id of [5, 7, 9]) for (let i = 0; i < hidden; i++) dense[id * hidden + i] = Math.cos(step * id + i);
    adamw(compact, gatherRows(dense, hidden, vocabulary), ...compactState, factors);
    adamw(whole, dense, ...wholeState, factors);
  }
  const spread = spreadRows(start, hidden, vocabulary, compact, decay);
  spread.forEach((value, i) => expect(Math.abs(value - whole[i]!)).toBeLessThanOrEqual(2e-6 * Math.abs(whole[i]!)));
  expect(whole[4 * hidden]).not.toBe(start[4 * hidden]);
});
