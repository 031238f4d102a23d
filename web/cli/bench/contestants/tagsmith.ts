import type { Engine } from '../../../src/engine/engine.ts';
import type { RandomTagger } from '../../../src/train/bench/random-tagger.ts';
import { rates, type Contestant, type Task } from './contestant.ts';

/** This product's own engine. */
export async function tagsmith(engine: Engine, { graphs, parameters }: RandomTagger, { batch }: Task): Promise<Contestant> {
  const session = await engine.open(graphs, parameters);
  const { learningRate, ...others } = rates;
  let step = 0;
  return {
    device: engine.name,
    remarks: [],
    async step() {
      await session.accumulate(batch, null);
      await session.update({ ...others, learningRate: { encoder: learningRate, head: learningRate }, weightDecay: 0, step: ++step });
    },
    losses: () => session.takeLosses(),
  };
}
