import { openEngine } from '../../engine/web-runtime.ts';
import type { Document } from '../../dataset/document.ts';
import { indexTexts, nearestTexts, type NeighbourTools } from '../../llm/neighbours/nearest.ts';
import { openEncoder } from '../../models/tab.ts';
import { Control } from '../../train/control.ts';
import { openEmbedder } from '../../train/embed.ts';
import { describeFailure } from '../../train/failure.ts';
import { keptIndex } from './kept-index.ts';
import type { Answer, Question } from './protocol.ts';

/** Finds labelled texts that are like others, beside the page. It is thrown away after one question, for its memory never shrinks. */

const post = (answer: Answer): void => self.postMessage(answer);

async function find({ encoder, device, by, pool, texts, k }: Question): Promise<void> {
  const folder = await openEncoder(encoder, ({ done, total }) => post({ type: 'progress', stage: 'encoder', done, total }));
  const engine = await openEngine(device);
  const embedder = await openEmbedder(folder, engine);
  let total = texts.length;
  let done = 0;
  const tools: NeighbourTools = {
    dimensions: embedder.dimensions,
    async *embed(some) {
      for await (const group of embedder.embed(some, new Control())) {
        post({ type: 'progress', stage: 'texts', done: (done += group.length), total });
        yield group;
      }
    },
    openProducts: (rows, dimensions) => engine.openProducts(rows, dimensions),
  };
  const labelled = pool.map(({ text, spans }): Pick<Document, 'text' | 'spans'> => ({ text, spans: spans.map((span) => ({ ...span, source: 'manual' })) }));
  const index = await keptIndex({ encoder, device: engine.kind, by, labelled: labelled.map(({ text, spans }) => [text, spans.map(({ start, end }) => [start, end])]) }, () => {
    total += labelled.length;
    return indexTexts(labelled, by, tools);
  });
  for await (const group of nearestTexts(index, pool, texts.map((text) => ({ text })), k, tools)) post({ type: 'found', nearest: group.map((numbers) => [...numbers]) });
  post({ type: 'done' });
}

self.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  find(data).catch((error: unknown) => {
    const { message, advice } = describeFailure(error);
    post({ type: 'failed', message: `${message} ${advice}`.trim() });
  });
});
