import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Document } from '../src/dataset/document.ts';
import type { Example } from '../src/llm/annotate/annotation.ts';
import { drawExamples } from '../src/llm/annotate/inputs.ts';
import { nearestExamples } from '../src/llm/neighbours/examples.ts';
import { indexTexts, nearestTexts } from '../src/llm/neighbours/nearest.ts';
import type { Likeness } from '../src/llm/neighbours/neighbour-index.ts';
import { defaultEncoder } from '../src/models/catalogue.ts';
import { openModel } from '../src/models/node/open.ts';
import { progressText } from '../src/models/progress.ts';
import { Control } from '../src/train/control.ts';
import { openEmbedder } from '../src/train/embed.ts';
import { deviceOptions, openDevice } from './device.ts';
import { stageFile } from './output.ts';
import type { Call, Terminal } from './verb.ts';

/** Flags that say which labelled texts a text is shown with. */
export const neighbourOptions = { neighbours: { type: 'string' }, encoder: { type: 'string' }, ...deviceOptions } as const;

interface Wanted {
  documents: readonly Document[];
  pool: readonly Document[];
  count: number;
  seed: number;
  /** File that keeps what was found, so that the same command asks the same again. */
  file: string;
}

/** The examples of each request as `--neighbours` wants them: drawn at random, or the most alike by entity words or as a whole. */
export async function openExamples(call: Call, { documents, pool, count, seed, file }: Wanted, terminal: Terminal): Promise<(texts: readonly string[]) => Example[]> {
  const by = call.choice('neighbours', ['random', 'entity', 'sentence']) ?? 'random';
  if (by === 'random' || pool.length === 0) return drawExamples(pool, count, seed);
  const encoder = call.text('encoder') ?? defaultEncoder;
  const staged = await stageFile(file);
  const key = createHash('sha256').update(JSON.stringify([by, encoder, count, pool.map(({ text, spans }) => [text, spans]), documents.map(({ text }) => text)])).digest('hex');
  const nearest = (await kept(file, key)) ?? (await found(call, { by, encoder, documents, pool, count }, terminal));
  await staged.fill((partial) => writeFile(partial, JSON.stringify({ format: 1, key, nearest })));
  return nearestExamples(pool, documents.map(({ text }) => text), nearest, count);
}

async function kept(file: string, key: string): Promise<number[][] | null> {
  const content = await readFile(file, 'utf8').catch(() => null);
  if (content === null) return null;
  try {
    const read = JSON.parse(content) as { key?: unknown; nearest?: number[][] };
    return read.key === key && read.nearest ? read.nearest : null;
  } catch {
    return null;
  }
}

async function found(call: Call, { by, encoder, documents, pool, count }: { by: Likeness; encoder: string } & Pick<Wanted, 'documents' | 'pool' | 'count'>, terminal: Terminal): Promise<number[][]> {
  const engine = await openDevice(call);
  const folder = await openModel(encoder, { onProgress: (progress) => terminal.progress(progressText(progress)) });
  const embedder = await openEmbedder(folder, engine);
  try {
    const tools = { dimensions: embedder.dimensions, embed: (texts: readonly Pick<Document, 'text' | 'words'>[]) => embedder.embed(texts, new Control()), openProducts: engine.openProducts };
    terminal.progress(`Reading ${pool.length.toLocaleString('en')} examples with ${encoder}`);
    const index = await indexTexts(pool, by, tools);
    const nearest: number[][] = [];
    for await (const group of nearestTexts(index, pool, documents, count, tools)) {
      for (const one of group) nearest.push([...one]);
      terminal.progress(`Examples found for ${nearest.length.toLocaleString('en')} of ${documents.length.toLocaleString('en')} texts`);
    }
    return nearest;
  } finally {
    await embedder.dispose();
    await engine.dispose();
  }
}
