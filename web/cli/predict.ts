import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Document } from '../src/dataset/document.ts';
import { writeTaggedConll } from '../src/dataset/formats/write-conll.ts';
import { writeJsonl } from '../src/dataset/formats/write-jsonl.ts';
import { Control } from '../src/train/control.ts';
import { openTagger, type TaggedText } from '../src/train/tagger.ts';
import { deviceOptions, openDevice } from './device.ts';
import { readDocuments } from './documents.ts';
import { openTaggerSource } from './model-source.ts';
import { stageFile } from './output.ts';
import type { Verb } from './verb.ts';

type Writer = (documents: readonly Document[], tagged: readonly TaggedText[]) => Iterable<string>;

/** How tagged texts are written, by the ending of `--out`. */
const writers: Record<string, Writer> = {
  '.conll': (documents, tagged) => writeTaggedConll(documents, tagged.map(({ tags }) => tags)),
  '.jsonl': (documents, tagged) => writeJsonl(documents.map(({ text }, index) => ({ text, spans: tagged[index]!.spans }))),
};

/** `predict`: texts in, the same texts with tags or spans out. */
export const predict: Verb = {
  usage: 'tagsmith predict --model model/ --input x.conll|x.jsonl|x.txt --out y.conll|y.jsonl [--device cpu|webgpu] [--threads 2] [--json]',
  summary: 'Tags texts with a trained model. Tokens and sentences of a CoNLL file are kept; offsets in JSONL are code points.',
  options: { model: { type: 'string' }, input: { type: 'string' }, out: { type: 'string' }, ...deviceOptions },
  async run(call, terminal) {
    const [model, input, out] = [call.required('model'), call.required('input'), call.required('out')];
    const write = Object.entries(writers).find(([ending]) => out.endsWith(ending))?.[1];
    if (!write) throw call.wrong(`--out ${out}: expected a name that ends in ${Object.keys(writers).join(' or ')}.`);
    const { documents, notes } = await readDocuments(input);
    const staged = await stageFile(out);
    for (const note of notes) terminal.note(note);
    const engine = await openDevice(call);
    const tagger = await openTagger(await openTaggerSource(model), engine);
    const began = performance.now();
    let done = 0;
    let spans = 0;
    const parts = async function* (): AsyncGenerator<string> {
      for await (const group of tagger.tag(documents, new Control())) {
        yield* write(documents.slice(done, done + group.length), group);
        for (const tagged of group) spans += tagged.spans.length;
        done += group.length;
        const speed = (1000 * done) / (performance.now() - began);
        terminal.progress(`${done.toLocaleString('en')} of ${documents.length.toLocaleString('en')} texts, ${Math.round(speed)} texts/s`);
      }
    };
    await staged.fill((file) => pipeline(parts, createWriteStream(file, 'utf8')));
    await tagger.dispose();
    const seconds = (performance.now() - began) / 1000;
    return {
      json: { texts: done, spans, seconds, out, model, device: { kind: engine.kind, name: engine.name }, notes },
      text: `${spans.toLocaleString('en')} spans in ${done.toLocaleString('en')} texts, written to ${out}.`,
    };
  },
};
