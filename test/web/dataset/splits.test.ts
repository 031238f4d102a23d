import { describe, expect, it } from 'vitest';
import type { Document } from '../../../web/src/dataset/document.ts';
import { fork } from '../../../web/src/dataset/random.ts';
import { holdOut } from '../../../web/src/dataset/splits.ts';

const documents = (count: number): Document[] =>
  Array.from({ length: count }, (_, i) => ({ id: String(i), text: 'x', spans: [], origin: { file: 'f', line: i + 1 } }));

describe('fork', () => {
  it('gives one stream for one seed and purpose and another for another', () => {
    const draw = (seed: number, purpose: string): number[] => Array.from({ length: 5 }, fork(seed, purpose).float);
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1 + 2 ** 32, 'a'));
  });

  it('draws whole numbers and orders evenly', () => {
    const random = fork(4, 'even');
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[random.integer(3)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    const firsts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) firsts[random.shuffle([0, 1, 2])[0]!]!++;
    for (const count of firsts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

describe('holdOut', () => {
  it('parts the documents by seed, each in the order they came', () => {
    const all = documents(20);
    const { kept, heldOut } = holdOut(all, 0.2, 7);
    expect(heldOut).toHaveLength(4);
    expect([...kept, ...heldOut].sort((a, b) => Number(a.id) - Number(b.id))).toEqual(all);
    expect(heldOut).toEqual([...heldOut].sort((a, b) => Number(a.id) - Number(b.id)));
    expect(holdOut(all, 0.2, 7)).toEqual({ kept, heldOut });
    expect(holdOut(all, 0.2, 8).heldOut).not.toEqual(heldOut);
  });

  it('leaves one to train on and holds out one where there are two', () => {
    expect(holdOut(documents(2), 0.1, 1).heldOut).toHaveLength(1);
    expect(holdOut(documents(1), 0.5, 1).heldOut).toHaveLength(0);
    expect(holdOut(documents(5), 0, 1).heldOut).toHaveLength(0);
    expect(() => holdOut(documents(5), 1, 1)).toThrow('share');
  });
});
