import path from 'node:path';
import { exportTagger } from '../src/export/export-tagger.ts';
import { deviceOptions, openDevice } from './device.ts';
import { readDocuments } from './documents.ts';
import { prepareFolder } from './output.ts';
import { scoreTable, percent } from './percent.ts';
import { recipeOf, recipeOptions } from './recipe-flags.ts';
import { trainHere, writeFolder } from './training.ts';
import type { Verb } from './verb.ts';

/** `train`: labelled files in, a tagger's folder and its scores out. */
export const train: Verb = {
  usage: `tagsmith train --train a.conll [--dev b.conll] [--test c.conll] [--encoder minilm-l6|tiny|<hub id>|<folder>] [--out model/]
      [--recipe few-shot|annotate-and-refine|generate|r.json] [--steps 300] [--batch 16] [--micro-batch 8] [--lr 1e-4] [--head-lr 1e-3] [--weight-decay 0.01] [--dropout 0.1]
      [--freeze-layers 0|all] [--max-tokens 128] [--pooling first|mean|sum] [--overlap longest|random|score|mix] [--mix-alpha 0.2] [--mix-draw epoch|once] [--evaluate-every 25] [--patience 3] [--hold-out 0.1] [--seed 1]
      [--device cpu|webgpu] [--threads 2] [--json]`,
  summary: 'Fine-tunes an encoder on labelled texts (.conll, .jsonl) and scores it.',
  options: { train: { type: 'string' }, dev: { type: 'string' }, test: { type: 'string' }, encoder: { type: 'string' }, out: { type: 'string' }, ...recipeOptions, ...deviceOptions },
  async run(call, terminal) {
    const recipe = await recipeOf(call);
    const files = { train: call.required('train'), dev: call.text('dev'), test: call.text('test') };
    const engine = await openDevice(call);
    const documents = [];
    const notes: string[] = [];
    for (const split of ['train', 'dev', 'test'] as const) {
      const file = files[split];
      if (file === undefined) continue;
      const read = await readDocuments(file, split);
      notes.push(...read.notes);
      for (const document of read.documents) documents.push(document);
    }
    for (const note of notes) terminal.note(note);
    // Not after minutes of training: whether there is a place for the result is known now.
    const out = call.text('out');
    if (out !== undefined) await prepareFolder(out);
    const { reason, result, files: tagger } = await trainHere({ documents, recipe, encoder: call.text('encoder') ?? 'minilm-l6', engine }, terminal);
    if (out !== undefined) await writeFolder(out, (await exportTagger(tagger, { dataset: path.basename(files.train) })).files);
    const { scores, scoredOn, interval, selection, bestStep, steps, seed, losses, stepMs, device, encoder, labels } = result;
    const allNotes = [...notes, ...result.notes];
    if (out !== undefined && recipe.pooling !== 'first') allNotes.push(`AutoModelForTokenClassification gives other results than this tagger, which takes the ${recipe.pooling} of a word's sub-tokens: use load_tagger.py of its folder.`);
    return {
      json: { scores, scoredOn, interval, steps, bestStep, reason, selection, seed, stepMs, losses, device, encoder, labels, recipe, notes: allNotes, model: out ?? null },
      text: [
        scores ? `${scoreTable(scores)}\n\nF1 ${percent(scores.micro.f1)} on the ${scoredOn} texts${interval ? ` [${percent(interval.low)}–${percent(interval.high)}]` : ''}` : 'There was nothing to score on: give --test or --dev.',
        `Step ${bestStep} of ${steps}; ${Math.round(stepMs.median)} ms a step.`,
        ...allNotes,
        ...(out === undefined ? [] : [`The tagger is in ${out}.`]),
      ].join('\n'),
    };
  },
};
