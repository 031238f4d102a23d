import { expect, it } from 'vitest';
import { inBatches } from '../../../web/src/llm/batches.ts';
import { eventsOf, Memory, Played, shout, words } from './fixtures.ts';

const work = (milliseconds: number): void => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

it('a job whose messages and replies take long to make and read leaves the page its turn between them', async () => {
  const replies = new Memory();
  await eventsOf({ replies, inputs: words(200) });
  let last = performance.now();
  const gaps: number[] = [];
  const ticking = setInterval(() => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }, 1);
  const inputs = function* () {
    for (const word of words(200)) {
      work(1);
      yield word;
    }
  };
  const slow: typeof shout = {
    ...shout,
    messages: (word) => (work(1), shout.messages(word)),
    parse: (reply, word) => (work(2), shout.parse(reply, word)),
  };
  await eventsOf({ replies, task: slow, inputs: inputs(), source: new Played() });
  clearInterval(ticking);
  expect(gaps.length).toBeGreaterThan(20);
  expect(gaps.toSorted((a, b) => a - b)[Math.floor(0.9 * gaps.length)]).toBeLessThan(50);
});

it('values that are slow to make come in smaller groups, and all of them in order', async () => {
  const groups: number[][] = [];
  const slow = function* () {
    for (let i = 0; i < 30; i++) {
      work(3);
      yield i;
    }
  };
  for await (const group of inBatches(slow(), 64)) groups.push(group);
  expect(groups.length).toBeGreaterThan(5);
  expect(groups.flat()).toEqual(Array.from({ length: 30 }, (_, i) => i));
});
