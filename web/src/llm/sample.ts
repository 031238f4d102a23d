import { fork } from '../dataset/random.ts';

/**
 * Some inputs at random, in their order, and how many there are in all. Of one seed a smaller sample is part of a larger
 * one, so that what was asked for a preview is found again by an estimate.
 */
export async function sampleInputs<Input>(inputs: Iterable<Input> | AsyncIterable<Input>, most: number, seed: number): Promise<{ sample: Input[]; total: number }> {
  const random = fork(seed, 'sample of inputs');
  let kept: { input: Input; place: number; lot: number }[] = [];
  let total = 0;
  const trim = (): void => {
    kept = kept.sort((a, b) => a.lot - b.lot).slice(0, most);
  };
  for await (const input of inputs) {
    kept.push({ input, place: total++, lot: random.float() });
    if (kept.length >= 2 * most + 64) trim();
  }
  trim();
  return { sample: kept.sort((a, b) => a.place - b.place).map(({ input }) => input), total };
}
