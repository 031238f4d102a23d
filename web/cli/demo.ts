import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Document } from '../src/dataset/document.ts';
import { defaultEncoder } from '../src/models/catalogue.ts';
import { Control } from '../src/train/control.ts';
import type { Recipe } from '../src/train/recipe.ts';
import { fewShot } from '../src/train/recipes/index.ts';
import { openTagger } from '../src/train/tagger.ts';
import { deviceOptions, openDevice } from './device.ts';
import { readDocuments } from './documents.ts';
import { percent, scoreTable } from './percent.ts';
import { trainHere } from './training.ts';
import type { Verb } from './verb.ts';

const sample = fileURLToPath(new URL('../public/sample/', import.meta.url));

/** Enough steps for a good tagger, few enough for two minutes on two cores. */
const recipe: Recipe = { ...fewShot, name: 'demo', steps: 150, evaluateEvery: 50 };

/** `demo`: the main job from end to end on the sample data, without a page. */
export const demo: Verb = {
  usage: 'tagsmith demo [--device cpu|webgpu] [--threads 2] [--json]',
  summary: 'Makes a tagger from the sample data, scores it and tags a sentence with it; about a minute.',
  options: deviceOptions,
  async run(call, terminal) {
    const engine = await openDevice(call);
    const documents: Document[] = [];
    for (const split of ['train', 'dev', 'test'] as const) documents.push(...(await readDocuments(`${sample}${split}.conll`, split)).documents);
    const { trySentence } = JSON.parse(await readFile(`${sample}dataset.json`, 'utf8')) as { trySentence: string };
    const began = performance.now();
    const { result, files } = await trainHere({ documents, recipe, encoder: defaultEncoder, engine }, terminal);
    const seconds = (performance.now() - began) / 1000;
    const tagger = await openTagger({ name: 'the tagger', read: (file) => Promise.resolve(files[file]) }, engine);
    const spans = [];
    for await (const [tagged] of tagger.tag([{ text: trySentence }], new Control())) spans.push(...tagged!.spans);
    await tagger.dispose();
    const { scores, interval, losses, stepMs, seed } = result;
    return {
      json: { scores, interval, steps: result.steps, bestStep: result.bestStep, seed, seconds, stepMs, losses, encoder: result.encoder, sentence: trySentence, spans, notes: result.notes },
      text: [
        scoreTable(scores!),
        '',
        `F1 ${percent(scores!.micro.f1)}${interval ? ` [${percent(interval.low)}–${percent(interval.high)}]` : ''} on ${documents.filter(({ split }) => split === 'test').length} test texts, after ${Math.round(seconds)} s.`,
        '',
        trySentence,
        ...spans.map(({ start, end, type, score }) => `  ${trySentence.slice(start, end)}  →  ${type}${score === undefined ? '' : ` (${score.toFixed(2)})`}`),
      ].join('\n'),
    };
  },
};
