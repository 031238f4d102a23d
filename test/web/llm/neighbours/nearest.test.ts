import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MostAlike } from '../../../../web/src/llm/neighbours/most-alike.ts';
import { readIndex, writeIndex } from '../../../../web/src/llm/neighbours/neighbour-index.ts';
import { indexTexts, nearestTexts } from '../../../../web/src/llm/neighbours/nearest.ts';
import { documentOf } from '../../dataset/some-documents.ts';
import { inOne, letterTools } from './letter-tools.ts';

const tools = letterTools('abcdefgh');
const pool = ['[aab]X c c', 'ab [cc]X', '[ddd]X a', 'b b b', '[ee]X [ab]X'].map((marked) => documentOf(marked));

async function nearest(by: 'entity' | 'sentence', texts: string[], k: number): Promise<number[][]> {
  const index = await indexTexts(pool, by, tools);
  return (await inOne(nearestTexts(index, pool, texts.map((text) => documentOf(text)), k, tools))).map((found) => [...found]);
}

describe('nearest examples', () => {
  it('by entity are the texts of the entity word that any word of the text is most like', async () => {
    expect(await nearest('entity', ['ab h', 'h c', 'dddda c'], 2)).toEqual([[4, 0], [1, 0], [1, 2]]);
  });

  it('by entity, texts without an entity are never found', async () => {
    expect((await nearest('entity', ['b'], 5))[0]).not.toContain(3);
  });

  it('by entity, a word that stands outside of entities time and again asks nothing, unless there is no other', async () => {
    const labelled = ['[ab]X c c', '[dd]X c', '[cc]X e'].map((marked) => documentOf(marked));
    const index = await indexTexts(labelled, 'entity', tools);
    expect(index.plain).toEqual(new Set(['c']));
    const first = (texts: string[]) => inOne(nearestTexts(index, labelled, texts.map((text) => documentOf(text)), 1, tools));
    expect((await first(['c dde', 'c C c'])).map(([one]) => one)).toEqual([1, 2]);
  });

  it('by sentence are the texts that are most alike as a whole', async () => {
    expect(await nearest('sentence', ['b b', 'aab c', 'eeab'], 1)).toEqual([[3], [0], [4]]);
  });

  it('a text is not its own example', async () => {
    expect(await nearest('sentence', ['b b b'], 1)).toEqual([[1]]);
    expect((await nearest('entity', ['aab c c'], 9))[0]).not.toContain(0);
  });

  it('a text without a word finds nothing, and its neighbours in the list find theirs', async () => {
    expect(await nearest('sentence', ['', 'b', '', 'ddd'], 1)).toEqual([[], [3], [], [2]]);
    expect(await nearest('entity', ['', 'ddd'], 1)).toEqual([[], [2]]);
  });

  it('are none where no labelled text has an entity', async () => {
    const bare = [documentOf('a b')];
    const index = await indexTexts(bare, 'entity', tools);
    expect(await inOne(nearestTexts(index, bare, [documentOf('a')], 3, tools))).toEqual([new Int32Array(0)]);
  });
});

describe('an index', () => {
  it('comes back from its bytes, for the key it was made with', async () => {
    for (const by of ['entity', 'sentence'] as const) {
      const index = await indexTexts(pool, by, tools);
      const bytes = writeIndex(index, 'pool 1');
      expect(readIndex(bytes, 'pool 1')).toEqual(index);
      expect(readIndex(bytes, 'pool 2')).toBeNull();
    }
  });
});

describe('MostAlike', () => {
  it('keeps what a sort keeps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), fc.nat(10), (scores, k) => {
        const best = new MostAlike(k);
        scores.forEach((score, id) => best.offer(id, score));
        const sorted = scores.map((score, id) => ({ score, id })).sort((a, b) => b.score - a.score || a.id - b.id);
        expect([...best.take()]).toEqual(sorted.slice(0, k).map(({ id }) => id));
      }),
      { seed: 6 },
    );
  });
});
