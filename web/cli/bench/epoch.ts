import { availableParallelism } from 'node:os';
import type { Engine, OptimizerUpdate } from '../../src/engine/engine.ts';
import { openNodeEngine } from '../../src/engine/node.ts';
import { openModel } from '../../src/models/node/open.ts';
import { progressText } from '../../src/models/progress.ts';
import { trainingBatches } from '../../src/train/batches.ts';
import { loadEncoder } from '../../src/train/encoder.ts';
import { prepareTraining, type Prepared } from '../../src/train/prepare.ts';
import { fewShot } from '../../src/train/recipes/index.ts';
import { readDocuments } from '../documents.ts';
import type { Call, Outcome, Terminal } from '../verb.ts';

/** One way to pad, over all measured batches. */
interface Padded {
  /** Of forward and backward passes. */
  ms: number;
  /** Padding counted. */
  tokens: number;
}

interface EpochTimes {
  /** Measured batches. */
  batches: number;
  batchesOfEpoch: number;
  /** Texts of like length together, padded to the longest of them. */
  own: Padded;
  /** The same texts padded to the longest window that the recipe allows. */
  longest: Padded;
}

/** An update that changes nothing: what is timed is the pass before it. */
const STILL: OptimizerUpdate = { learningRate: { encoder: 0, head: 0 }, weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 1, step: 1 };

/** `bench epoch`: what padding each batch to its own length saves, on the texts of a file. */
export async function epoch(call: Call, terminal: Terminal): Promise<Outcome> {
  for (const flag of ['tokens', 'device', 'only', 'rounds', 'labelled', 'texts']) if (call.text(flag) !== undefined) throw call.wrong(`--${flag} does not go with "bench epoch".`);
  const encoder = call.text('encoder') ?? 'minilm-l6';
  const threads = call.count('threads') ?? availableParallelism();
  const recipe = { ...fewShot, batchSize: call.count('batch') ?? fewShot.batchSize, holdOut: 0 };
  const { documents } = await readDocuments(call.required('data'), 'train');
  const folder = await openModel(encoder, { onProgress: (progress) => terminal.progress(progressText(progress)) });
  const prepared = prepareTraining(documents, recipe, await loadEncoder(folder));
  const engine = openNodeEngine({ device: 'cpu', threads });
  const times = await measureEpoch(engine, prepared, call.count('steps') ?? Infinity, (done, all) => terminal.progress(`Batch ${done} of ${all}`));
  const { batches, batchesOfEpoch, own, longest } = times;
  const ratio = own.ms / longest.ms;
  const { batchSize, maxTokens } = prepared.recipe;
  return {
    json: { encoder, engine: engine.name, batch: batchSize, maxTokens, ...times, ratio },
    text:
      `${batches} of an epoch's ${batchesOfEpoch} batches of ${batchSize} texts, ${encoder}, ${engine.name}: forward and backward ${Math.round(own.ms)} ms padded to each batch's longest text ` +
      `(${Math.round(own.tokens / batches / batchSize)} sub-tokens a text), ${Math.round(longest.ms)} ms padded to ${maxTokens}; ratio ${ratio.toFixed(2)}`,
  };
}

/** Passes over the first `most` batches of a shuffled epoch, both ways in turn. The first batch of each warms up. */
async function measureEpoch(engine: Engine, prepared: Prepared, most: number, onBatch: (done: number, all: number) => void): Promise<EpochTimes> {
  const { recipe, train, graphs, parameters } = prepared;
  const batchSize = Math.min(recipe.batchSize, train.windows.length);
  const batchesOfEpoch = Math.floor(train.windows.length / batchSize);
  const batches = Math.min(most, batchesOfEpoch);
  const session = await engine.open(graphs, parameters, { size: batchSize, tokens: recipe.maxTokens });
  const ways = [engine.padding, { lengths: [recipe.maxTokens] }].map((padding) => ({ source: trainingBatches(prepared, batchSize, padding), ms: 0, tokens: 0 }));
  for (let done = 0; done <= batches; done++) {
    for (const way of done % 2 === 0 ? ways : ways.toReversed()) {
      const [batch] = way.source.next().value;
      const began = performance.now();
      await session.accumulate(batch!, { seed: recipe.seed, counter: done });
      const ms = performance.now() - began;
      await session.update(STILL);
      if (done === 0) continue;
      way.ms += ms;
      way.tokens += batch!.size * batch!.tokens;
    }
    onBatch(done, batches);
  }
  await session.dispose();
  const [own, longest] = ways.map(({ ms, tokens }) => ({ ms, tokens })) as [Padded, Padded];
  return { batches, batchesOfEpoch, own, longest };
}
