import { expect, test } from 'vitest';
import { fromBfloat16, fromHalf, toHalf } from '../../../wasm-models/weights/half.ts';
import { openWeights } from '../../../wasm-models/weights/open.ts';
import { fixtureFolder } from '../../model-folders.ts';

test('every half that is a number comes back the same', () => {
  const numbers = Uint16Array.from({ length: 65536 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00 || (half & 0x3ff) === 0);
  expect(toHalf(fromHalf(numbers))).toEqual(numbers);
  expect(numbers).toHaveLength(65536 - 2 * 1023);
});

test('not-a-number stays that', () => {
  expect(fromHalf(toHalf(Float32Array.of(NaN)))[0]).toBeNaN();
});

test.each([
  ['a tie goes to the even neighbour below', 1 + 2 ** -11, 1],
  ['a tie goes to the even neighbour above', 1 + 3 * 2 ** -11, 1 + 2 ** -9],
  ['just above a tie goes up', 1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10],
  ['the largest half', 65504, 65504],
  ['below the middle to infinity', 65519, 65504],
  ['from the middle on: infinite', 65520, Infinity],
  ['the smallest subnormal', 2 ** -24, 2 ** -24],
  ['half of the smallest subnormal', 2 ** -25, 0],
  ['a little more than that', 2 ** -25 * 1.001, 2 ** -24],
  ['the largest subnormal rounds up into the normals', 2 ** -14 - 2 ** -26, 2 ** -14],
  ['negative', -0.1, -0.0999755859375],
])('rounding to a half: %s', (_, value, rounded) => {
  expect(fromHalf(toHalf(Float32Array.of(value)))[0]).toBe(rounded);
});

test('rounding to a half agrees with PyTorch on every weight of an encoder', async () => {
  const [full, half] = await Promise.all([openWeights(fixtureFolder('encoders/bert')), openWeights(fixtureFolder('encoders/bert-f16'))]);
  for (const name of full.names) expect(fromHalf(toHalf(full.read(name))), name).toEqual(half.read(name));
});

test('bfloat16 is the upper half of a float32', async () => {
  expect(fromBfloat16(Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x0001))).toEqual(Float32Array.of(1, -2, Infinity, 2 ** -133));
  const [full, short] = await Promise.all([openWeights(fixtureFolder('encoders/bert')), openWeights(fixtureFolder('encoders/bert-bf16'))]);
  for (const name of full.names) {
    const rounded = short.read(name);
    full.read(name).forEach((value, i) => expect(Math.abs(rounded[i]! - value)).toBeLessThanOrEqual(2 ** -8 * Math.abs(value)));
  }
});
