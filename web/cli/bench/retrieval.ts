import { availableParallelism } from 'node:os';
import { openNodeEngine } from '../../src/engine/node.ts';
import { indexTexts, nearestTexts, type NeighbourTools } from '../../src/llm/neighbours/nearest.ts';
import { openModel } from '../../src/models/node/open.ts';
import { progressText } from '../../src/models/progress.ts';
import { Control } from '../../src/train/control.ts';
import { openEmbedder } from '../../src/train/embed.ts';
import { readDocuments } from '../documents.ts';
import type { Call, Outcome, Terminal } from '../verb.ts';
import { plainProducts } from './plain-products.ts';

const NEIGHBOURS = 32;
/** Texts whose examples are looked up once more with products in floats. */
const CHECKED = 50;

/** `bench retrieval`: how long the nearest labelled texts of many texts take to be found, once all are encoded. */
export async function retrieval(call: Call, terminal: Terminal): Promise<Outcome> {
  for (const flag of ['batch', 'tokens', 'steps', 'device', 'only']) if (call.text(flag) !== undefined) throw call.wrong(`--${flag} does not go with "bench retrieval".`);
  const { documents: pool } = await readDocuments(call.required('labelled'), 'train');
  const { documents } = await readDocuments(call.required('data'));
  if (documents.length === 0) throw call.wrong(`--data ${call.required('data')} has no text.`);
  const count = call.count('texts') ?? 10_000;
  const engine = openNodeEngine({ device: 'cpu', threads: call.count('threads') ?? availableParallelism() });
  const folder = await openModel(call.text('encoder') ?? 'minilm-l6', { onProgress: (progress) => terminal.progress(progressText(progress)) });
  const embedder = await openEmbedder(folder, engine);
  const encode = (texts: typeof documents) => embedder.embed(texts, new Control());
  terminal.progress(`Encoding ${documents.length} texts and ${pool.length} labelled ones`);
  const encoded = (await Array.fromAsync(encode(documents))).flat();
  const texts = Array.from({ length: count }, (_, i) => documents[i % documents.length]!);
  const tools: NeighbourTools = { dimensions: embedder.dimensions, embed: encode, openProducts: engine.openProducts };
  const ways = [];
  for (const by of ['entity', 'sentence'] as const) {
    const index = await indexTexts(pool, by, tools);
    // Encoded before, and given in groups as the encoder gives them.
    const look = async (some: typeof texts, openProducts: NeighbourTools['openProducts']) => {
      const groups = async function* () {
        for (let first = 0; first < some.length; first += 512) yield some.slice(first, first + 512).map((_, i) => encoded[(first + i) % encoded.length]!);
      };
      return (await Array.fromAsync(nearestTexts(index, pool, some, NEIGHBOURS, { ...tools, embed: groups, openProducts }))).flat();
    };
    const seconds: number[] = [];
    for (let round = 0; round < (call.count('rounds') ?? 3); round++) {
      terminal.progress(`By ${by}, round ${round + 1}`);
      const began = performance.now();
      await look(texts, engine.openProducts);
      seconds.push((performance.now() - began) / 1000);
    }
    const some = texts.slice(0, CHECKED);
    const [found, exact] = [await look(some, engine.openProducts), await look(some, plainProducts)];
    const same = found.reduce((sum, numbers, text) => sum + numbers.filter((number) => exact[text]!.includes(number)).length, 0);
    ways.push({ by, vectors: index.owners.length, seconds, same: same / exact.reduce((sum, { length }) => sum + length, 0) });
  }
  const words = texts.reduce((sum, _, i) => sum + encoded[i % encoded.length]!.words.length, 0);
  return {
    json: { texts: count, words, labelled: pool.length, neighbours: NEIGHBOURS, engine: engine.name, ways },
    text: ways
      .map(({ by, vectors, seconds, same }) => `${NEIGHBOURS} of ${pool.length} labelled texts for each of ${count} (${words} words), by ${by}, ${vectors} vectors: ${seconds.map((value) => value.toFixed(2)).join(', ')} s; ${(100 * same).toFixed(1)} % the same as with products in floats`)
      .join('\n'),
  };
}
