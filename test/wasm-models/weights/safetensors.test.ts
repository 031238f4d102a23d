import { expect, test } from 'vitest';
import { readSafetensors, WeightsError, writeSafetensors } from '../../../wasm-models/weights/safetensors.ts';

const tensors = [
  { name: 'b', shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 0) },
  { name: 'a', shape: [3], data: Float32Array.of(0.1, 0.2, 0.3) },
];

/** A file with any header, well-formed or not. */
function fileOf(header: unknown, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

test('what is written comes back, with its metadata', () => {
  const file = readSafetensors(writeSafetensors(tensors, { metadata: { format: 'pt', made: 'here' } }), 'x.safetensors');
  expect(file.metadata).toEqual({ format: 'pt', made: 'here' });
  for (const { name, shape, data } of tensors) {
    expect(file.shape(name)).toEqual(shape);
    expect(file.dtype(name)).toBe('F32');
    expect(file.read(name)).toEqual(data);
  }
});

test('the order in which tensors are given makes no difference to the bytes', () => {
  expect(writeSafetensors([...tensors].reverse())).toEqual(writeSafetensors(tensors));
});

test('the data begins at a multiple of 8, whatever the names', () => {
  for (const name of ['x', 'xx', 'xxx', 'é']) {
    const bytes = writeSafetensors([{ name, shape: [1], data: Float32Array.of(1) }]);
    expect((bytes.length - 4) % 8).toBe(0);
  }
});

test('halves take half the room and come back rounded', () => {
  const file = readSafetensors(writeSafetensors(tensors, { dtype: 'F16' }), 'x.safetensors');
  expect(file.dtype('a')).toBe('F16');
  expect(file.read('a')).toEqual(Float32Array.of(0.0999755859375, 0.199951171875, 0.300048828125));
});

test('a value that a half can’t hold is refused by name', () => {
  expect(() => writeSafetensors([{ name: 'a', shape: [1], data: Float32Array.of(1e6) }], { dtype: 'F16' })).toThrow('Tensor a holds 1000000, which F16 can\'t: write it as F32.');
});

test('reading gives a copy, from any offset of any buffer', () => {
  const bytes = writeSafetensors(tensors);
  const shifted = Buffer.alloc(bytes.length + 3);
  shifted.set(bytes, 3);
  const file = readSafetensors(shifted.subarray(3), 'x.safetensors');
  file.read('a')[0] = 7;
  expect(file.read('a')).toEqual(tensors[1]!.data);
});

test('a tensor of whole numbers is listed but not read as weights', () => {
  const file = readSafetensors(fileOf({ ids: { dtype: 'I64', shape: [2], data_offsets: [0, 16] } }, new Uint8Array(16)), 'x.safetensors');
  expect(file.names).toEqual(['ids']);
  expect(() => file.read('ids')).toThrow('x.safetensors: tensor ids is stored as I64; weights can be read from F32, F16 and BF16.');
});

test('a shape that doesn’t fit its data is not written', () => {
  expect(() => writeSafetensors([{ name: 'a', shape: [2, 2], data: new Float32Array(3) }])).toThrow('Tensor a has 3 values, expected 4 for shape [2,2].');
});

test('a file cut off at any byte ends in a message, never in numbers', () => {
  const bytes = writeSafetensors(tensors);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => readSafetensors(bytes.subarray(0, length), 'x.safetensors'), `${length} bytes`).toThrow(WeightsError);
  }
});

test('a file cut off in its data names the tensor, the bytes expected and the bytes got', () => {
  const bytes = writeSafetensors(tensors);
  expect(() => readSafetensors(bytes.subarray(0, -5), 'x.safetensors')).toThrow('x.safetensors is cut off in tensor b: 28 bytes of data expected, 23 got. Fetch it again.');
});

test('a file cut off in its header says so', () => {
  expect(() => readSafetensors(writeSafetensors(tensors).subarray(0, 40), 'x.safetensors')).toThrow(/x\.safetensors is cut off inside its header: \d+ bytes expected, 40 got/);
});

const entry = (change: object): unknown => ({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...change } });

test.each([
  ['a page of HTML instead of a file', new TextEncoder().encode('<!doctype html><title>404</title>'), /is no safetensors file: its first 8 bytes announce a header of \d+ bytes/],
  ['a header that is no JSON', fileOf('{"w": ', new Uint8Array(8)), /has a damaged header/],
  ['a header that is a list', fileOf([1], new Uint8Array(8)), /expected a JSON object of tensors/],
  ['an unknown type', fileOf(entry({ dtype: 'F31' }), new Uint8Array(8)), /tensor w has the unknown type "F31"/],
  ['a type by the name of an object’s own method', fileOf(entry({ dtype: 'toString' }), new Uint8Array(8)), /tensor w has the unknown type "toString"/],
  ['a negative size', fileOf(entry({ shape: [-2] }), new Uint8Array(8)), /tensor w has the shape \[-2\], expected a list of sizes/],
  ['a size that is no whole number', fileOf(entry({ shape: [1.5] }), new Uint8Array(8)), /tensor w has the shape \[1\.5\]/],
  ['offsets the wrong way round', fileOf(entry({ data_offsets: [8, 0] }), new Uint8Array(8)), /tensor w has the data_offsets \[8,0\], expected \[begin, end\]/],
  ['too few bytes for the shape', fileOf(entry({ shape: [3] }), new Uint8Array(8)), /tensor w takes 8 bytes, expected 12 for F32 \[3\]/],
  ['a hole before the first tensor', fileOf(entry({ data_offsets: [4, 12] }), new Uint8Array(12)), /tensor w begins at byte 4 of the data, expected 0/],
  ['two tensors on the same bytes', fileOf({ ...(entry({}) as object), v: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } }, new Uint8Array(12)), /tensor v begins at byte 4 of the data, expected 8/],
  ['bytes after the last tensor', fileOf(entry({}), new Uint8Array(11)), /holds 3 bytes after its last tensor \(8 expected, 11 got\)/],
])('tampered: %s', (_, bytes, message) => {
  expect(() => readSafetensors(bytes, 'x.safetensors')).toThrow(message);
});
