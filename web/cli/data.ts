import path from 'node:path';
import type { Document } from '../src/dataset/document.ts';
import { dropSpans } from '../src/dataset/noise.ts';
import type { Drawn, Shortfall } from '../src/dataset/sample/drawn.ts';
import { sampleFewShot } from '../src/dataset/sample/few-shot.ts';
import { firstOfEachType } from '../src/dataset/sample/first.ts';
import { sampleShare } from '../src/dataset/sample/share.ts';
import { SPLITS } from '../src/dataset/split/shares.ts';
import { splitDocuments } from '../src/dataset/split/split.ts';
import { endingOf, writeDocuments } from './data-files.ts';
import { dataStats } from './data-stats.ts';
import { readDocuments } from './documents.ts';
import { prepareFolder } from './output.ts';
import type { Call, Outcome, Terminal, Verb } from './verb.ts';

interface Read {
  documents: Document[];
  notes: string[];
}

type Action = (call: Call, read: Read, terminal: Terminal) => Promise<Outcome> | Outcome;

/** What there is to do. Documents without a split count as train. */
const actions: Record<string, Action> = { stats, split, sample, noise };

/** `data`: what a data set holds, its splits, samples of it, and labels made worse on purpose. */
export const data: Verb = {
  usage: `tagsmith data stats  --input x.conll|x.jsonl | --train a.conll [--dev b.conll] [--test c.conll] [--language en] [--json]
tagsmith data split  --input x.conll --out folder/ [--shares 0.8,0.1,0.1] [--by stratified|ratio] [--same-texts together|apart] [--seed 1] [--json]
tagsmith data sample --input x.conll --out y.conll|y.jsonl (--few-shot 5 [--ways 3 --without texts|spans] | --share 0.1 | --first 10 [--of documents|entities]) [--seed 1] [--json]
tagsmith data noise  --input x.conll --out y.conll|y.jsonl --share 0.2 [--seed 1] [--json]`,
  summary: 'Says what labelled texts hold; splits them; draws k~2k-shot, first-per-type and share samples; drops a share of the spans. The same seed gives the same files.',
  options: Object.fromEntries(
    ['input', 'train', 'dev', 'test', 'out', 'language', 'shares', 'by', 'same-texts', 'few-shot', 'ways', 'without', 'share', 'first', 'of', 'seed'].map((flag) => [flag, { type: 'string' as const }]),
  ),
  positionals: 1,
  async run(call, terminal) {
    const [name] = call.positionals;
    const action = name !== undefined && Object.hasOwn(actions, name) ? actions[name]! : undefined;
    if (!action) throw call.wrong(name === undefined ? `Say what to do: ${Object.keys(actions).join(', ')}.` : `There is no "data ${name}".`);
    const read = await readInput(call, action === stats);
    for (const note of read.notes) terminal.note(note);
    return action(call, read, terminal);
  },
};

/** One file, or where splits are told apart one a split. */
async function readInput(call: Call, bySplit: boolean): Promise<Read> {
  const files = bySplit ? SPLITS.flatMap((own) => (call.text(own) === undefined ? [] : [{ file: call.text(own)!, own }])) : [];
  if (files.length === 0) return readDocuments(call.required('input'));
  if (call.text('input') !== undefined) throw call.wrong('--input and --train, --dev, --test are two ways to say the same: give one.');
  const read: Read = { documents: [], notes: [] };
  for (const { file, own } of files) {
    const { documents, notes } = await readDocuments(file, own);
    for (const document of documents) read.documents.push(document);
    read.notes.push(...notes);
  }
  return read;
}

function stats(call: Call, { documents, notes }: Read): Outcome {
  return dataStats(documents, languageOf(call), notes);
}

async function split(call: Call, { documents, notes }: Read, terminal: Terminal): Promise<Outcome> {
  const out = call.required('out');
  const [train, dev, test, ...rest] = (call.text('shares') ?? '0.8,0.1,0.1').split(',').map(Number);
  const shares = { train: train!, dev: dev!, test: test! };
  if (rest.length > 0 || !SPLITS.every((own) => shares[own] >= 0) || Math.abs(shares.train + shares.dev + shares.test - 1) > 1e-6) {
    throw call.wrong(`--shares ${call.text('shares')}: expected three fractions that add up to 1, as 0.8,0.1,0.1.`);
  }
  const by = call.choice('by', ['stratified', 'ratio']) ?? 'stratified';
  const together = call.choice('same-texts', ['together', 'apart']) !== 'apart';
  const { splits, ids, how, settings } = splitDocuments(documents, { by, shares, seed: seedOf(call), together });
  await prepareFolder(out);
  const ending = call.required('input').endsWith('.jsonl') ? 'jsonl' : 'conll';
  const files: Record<string, string> = {};
  for (const own of SPLITS) {
    if (ids[own].length === 0) continue;
    files[own] = path.join(out, `${own}.${ending}`);
    const chosen = documents.flatMap((document, i) => (splits[i] === own ? [{ ...document, split: own }] : []));
    notes.push(...(await writeDocuments(files[own], ending, chosen, languageOf(call), terminal)));
  }
  const sizes = SPLITS.map((own) => `${ids[own].length.toLocaleString('en')} ${own}`).join(', ');
  return { json: { how, settings, ids, files, notes }, text: `${sizes}: written to ${out}.` };
}

async function sample(call: Call, { documents, notes }: Read, terminal: Terminal): Promise<Outcome> {
  const out = call.required('out');
  const ending = endingOf(call, out);
  const { documents: chosen, ids, how, settings, short = [], ...more } = draw(call, documents);
  const lines = short.map(({ type, wanted, got, available }) => `${type}: ${got} of ${wanted}${available > got ? ` (there are ${available}, in texts with too many entities of other types)` : ' (there are no more)'}.`);
  for (const line of lines) terminal.note(line);
  notes.push(...lines, ...(await writeDocuments(out, ending, chosen, languageOf(call), terminal)));
  return { json: { how, settings, texts: ids.length, ids, short, ...more, out, notes }, text: `${ids.length.toLocaleString('en')} texts drawn, ${chosen.length.toLocaleString('en')} written to ${out}.` };
}

function draw(call: Call, documents: Document[]): Drawn & { short?: Shortfall[]; got?: Record<string, number> } {
  const [k, count, share] = [call.count('few-shot'), call.count('first'), fraction(call, 'share')];
  if ([k, count, share].filter((value) => value !== undefined).length !== 1) throw call.wrong('Say how to draw: one of --few-shot, --share and --first.');
  const splits = ['train'] as const;
  if (share !== undefined) return sampleShare(documents, { share, splits, seed: seedOf(call) });
  if (count !== undefined) return firstOfEachType(documents, { count, of: call.choice('of', ['documents', 'entities']) ?? 'documents', splits });
  const ways = call.count('ways');
  const types = new Set(documents.flatMap(({ spans }) => spans.map(({ type }) => type))).size;
  if (ways !== undefined && ways > types) throw call.wrong(`--ways ${ways}: the texts have ${types} types.`);
  return sampleFewShot(documents, { k: k!, ...(ways === undefined ? {} : { ways }), without: call.choice('without', ['texts', 'spans']) ?? 'texts', splits, seed: seedOf(call) });
}

async function noise(call: Call, { documents, notes }: Read, terminal: Terminal): Promise<Outcome> {
  const out = call.required('out');
  const ending = endingOf(call, out);
  const share = fraction(call, 'share');
  if (share === undefined) throw call.wrong('--share is missing.');
  const { documents: noised, ids, spans, dropped, how, settings } = dropSpans(documents, { share, splits: ['train'], seed: seedOf(call) });
  notes.push(...(await writeDocuments(out, ending, noised, languageOf(call), terminal)));
  return { json: { how, settings, spans, dropped, ids, out, notes }, text: `${dropped.toLocaleString('en')} of ${spans.toLocaleString('en')} spans dropped, in ${ids.length.toLocaleString('en')} texts; written to ${out}.` };
}

function fraction(call: Call, flag: string): number | undefined {
  const value = call.number(flag);
  if (value !== undefined && !(value >= 0 && value <= 1)) throw call.wrong(`--${flag} ${value}: expected a fraction from 0 to 1.`);
  return value;
}

function seedOf(call: Call): number {
  const seed = call.number('seed') ?? 1;
  if (!Number.isInteger(seed) || seed < 0) throw call.wrong(`--seed ${seed}: expected a whole number from 0.`);
  return seed;
}

function languageOf(call: Call): string {
  return call.text('language') ?? 'en';
}
