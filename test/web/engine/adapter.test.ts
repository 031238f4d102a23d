import { expect, it } from 'vitest';
import { describeAdapter } from '../../../web/src/engine/webgpu/adapter.ts';

const facts = { vendor: '', architecture: '', description: '', device: '' };

it.each([
  [{ ...facts, vendor: 'apple', architecture: 'metal-3' }, { name: 'Apple Metal 3', software: false }],
  [{ ...facts, vendor: 'nvidia', architecture: 'ampere', description: 'NVIDIA GeForce RTX 3060' }, { name: 'NVIDIA GeForce RTX 3060', software: false }],
  [{ ...facts, vendor: 'google', architecture: 'swiftshader' }, { name: 'SwiftShader', software: true }],
  [{ ...facts, vendor: 'mesa', description: 'llvmpipe (LLVM 19)' }, { name: 'llvmpipe (LLVM 19)', software: true }],
  [facts, { name: 'GPU', software: false }],
])('what the browser tells of a GPU becomes a name, and an imitation is told apart (%#)', (given, expected) => {
  expect(describeAdapter(given)).toEqual(expected);
});
