import { expect, test } from 'vitest';
import { describeFailure, isDeviceLost } from '../../../web/src/train/failure.ts';
import { TrainingError } from '../../../web/src/train/training-error.ts';

test.each([new RangeError('Array buffer allocation failed'), new RangeError('Invalid typed array length: 5000000000'), new Error('std::bad_alloc'), new Error('GPUBuffer: Out of memory')])('%s is told as memory running out, with ways on', (error) => {
  const { message, advice } = describeFailure(error);
  expect(message).toBe('The device has run out of memory.');
  expect(advice).toContain('fewer texts a pass');
});

test('a RangeError about something else keeps its own words', () => {
  expect(describeFailure(new RangeError('There are no examples to train on.'))).toEqual({ message: 'There are no examples to train on.', advice: '' });
});

test('an error with advice of its own keeps it', () => {
  expect(describeFailure(new TrainingError('No.', 'Do this.'))).toEqual({ message: 'No.', advice: 'Do this.' });
});

test.each(['The device was lost.', 'A valid external Instance reference no longer exists.'])('a lost GPU is told as such: %s', (message) => {
  expect(isDeviceLost(new DOMException(message, 'OperationError'))).toBe(true);
  expect(describeFailure(new DOMException(message, 'OperationError')).message).toContain('GPU was lost');
});

test('a machine without a GPU is told what WebGPU needs', () => {
  expect(describeFailure(new Error('Failed to get a WebGPU adapter: No supported adapters')).advice).toContain('libvulkan1');
});
