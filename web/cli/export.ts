import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { openNodeModel } from '../src/engine/node-model.ts';
import { compareModels, type Comparison } from '../src/export/compare.ts';
import { exportTagger, packTagger } from '../src/export/export-tagger.ts';
import { readDocuments } from './documents.ts';
import { readTaggerSource } from './model-source.ts';
import { stageFile } from './output.ts';
import { percent } from './percent.ts';
import type { Verb } from './verb.ts';

/** `export`: a tagger as one archive that other programs load. */
export const exportVerb: Verb = {
  usage: 'tagsmith export --model model/|tagger.zip --out tagger.zip [--int8 [--check texts.conll]] [--data "name of the data set"] [--threads 2] [--json]',
  summary: 'Packs a tagger for other programs: a Hugging Face folder with ONNX models and a card. --int8 adds a model a quarter of the size; --check measures on labelled texts what that costs.',
  options: { model: { type: 'string' }, out: { type: 'string' }, int8: { type: 'boolean' }, check: { type: 'string' }, data: { type: 'string' }, threads: { type: 'string' } },
  async run(call, terminal) {
    const [model, out, check, threads] = [call.required('model'), call.required('out'), call.text('check'), call.count('threads')];
    if (!out.toLowerCase().endsWith('.zip')) throw call.wrong(`--out ${out}: expected a name that ends in .zip.`);
    if (check !== undefined && !call.has('int8')) throw call.wrong('--check compares the model of --int8 with the other: give both.');
    const staged = await stageFile(out);
    const texts = check === undefined ? null : await readDocuments(check);
    for (const note of texts?.notes ?? []) terminal.note(note);
    terminal.progress(`Reading ${model}`);
    const { files, comparison } = await exportTagger(await readTaggerSource(model), {
      int8: call.has('int8'),
      dataset: call.text('data'),
      ...(texts ? { compare: (own, parts) => compareModels(own, parts, texts.documents, (bytes) => openNodeModel(bytes, threads)) } : {}),
    });
    await staged.fill((file) => pipeline(packTagger(files), createWriteStream(file)));
    const { size } = await stat(out);
    return {
      json: { out, bytes: size, files: Object.fromEntries(Object.entries(files).map(([name, { length }]) => [name, length])), comparison },
      text: [`The tagger is in ${out} (${(size / 1e6).toFixed(1)} MB).`, ...(comparison ? [describe(comparison)] : [])].join('\n'),
    };
  },
};

function describe({ texts, words, sameTags, f32, int8, bytes }: Comparison): string {
  return `int8: ${(bytes.int8 / 1e6).toFixed(1)} MB instead of ${(bytes.f32 / 1e6).toFixed(1)}; F1 ${percent(int8.micro.f1)} instead of ${percent(f32.micro.f1)} on ${texts.toLocaleString('en')} texts; ${percent(sameTags / words)} % of the words with the same tag.`;
}
