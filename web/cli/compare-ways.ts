import { writeFile } from 'node:fs/promises';
import type { ReplyStore } from '../src/llm/replies.ts';
import type { LlmSource } from '../src/llm/task.ts';
import { compareWays as compare, type WayProgress } from '../src/llm/annotate/compare-ways.ts';
import { estimateWays } from '../src/llm/annotate/estimate-ways.ts';
import { defaultTemplates } from '../src/llm/annotate/templates.ts';
import { drawTrial, goldOfTrial, labelledByHand, type Trial } from '../src/llm/annotate/trial.ts';
import { defaultVerification } from '../src/llm/annotate/verify.ts';
import { referenceWay, waysFor, type WayName } from '../src/llm/annotate/ways.ts';
import { compareAnnotators } from '../src/evaluate/compare-annotators.ts';
import { interruptibly } from './interrupt.ts';
import { dollars } from './llm-progress.ts';
import { keyVariable, llmOptions, openLlm } from './llm-source.ts';
import { neighbourOptions, openExamples } from './neighbours.ts';
import { readDocuments } from './documents.ts';
import { stageFile } from './output.ts';
import { openReplyFile } from './reply-file.ts';
import { readTypes } from './types-file.ts';
import { FailedRun, type Call, type Outcome, type Terminal, type Verb } from './verb.ts';
import { describeWays, waysReport } from './ways-report.ts';

/** As `annotate` shows. */
const usualExamples = 32;
const usualTexts = 20;

/** `compare-ways`: what each way of asking costs, and how good it is on labelled texts. */
export const compareWays: Verb = {
  usage: `tagsmith compare-ways --labelled dev.conll --types types.json --llm <base URL> --model M --out ways.json [--texts 20] [--ways all-types,five-texts,five-texts-all-types,json,reasons,verify]
      [--k 32] [--neighbours random|entity|sentence] [--encoder minilm-l6] [--device cpu|webgpu] [--threads 2] [--prices 0.15,0.6] [--at-once 32] [--seed 1] [--estimate] [--json]`,
  summary: `Asks about the same labelled texts in several ways, each with the flags that make "annotate" ask so, and says what each costs and how good it is. The other texts
      of --labelled are the examples. Replies are kept beside --out, so that the same command goes on where it was ended. --estimate says what it will cost and asks nothing.
      --prices are those of a
      service that tells none: dollars for a million tokens in and out. A key, where the service wants one, is taken from ${keyVariable}.`,
  options: {
    ...Object.fromEntries(['labelled', 'types', 'texts', 'ways', 'k', 'seed', 'out'].map((flag) => [flag, { type: 'string' as const }])),
    estimate: { type: 'boolean' },
    ...llmOptions,
    ...neighbourOptions,
  },
  async run(call, terminal) {
    const out = await stageFile(call.required('out'));
    const seed = call.number('seed') ?? 1;
    const { trial, ways, notes } = await openTrial(call, seed, terminal);
    const { source, model, atOnce } = await openLlm(call);
    const keptIn = `${call.required('out')}.replies.jsonl`;
    const replies = await openReplyFile(keptIn);
    try {
      const options = { source, model, atOnce, replies };
      const expected = await estimateWays(ways, trial, options);
      const will = `${expected.requests.toLocaleString('en')} of ${expected.inputs.toLocaleString('en')} requests to ask about ${trial.asked.length} texts, about ${dollars(expected.dollars)}, at most ${dollars(expected.dollarsAtMost)}`;
      if (call.has('estimate')) return { json: { ...expected }, text: `${will}${expected.learnedFrom === 0 ? ' (a guess: no reply of this model is known yet)' : ''}.` };
      terminal.note(`${will}.`);
      const { json, text } = await measured(trial, ways, seed, options, keptIn, terminal);
      await out.fill((file) => writeFile(file, `${JSON.stringify(json, null, 2)}\n`));
      return { json: { ...json, notes }, text: [text, ...notes, `Written to ${call.required('out')}.`].join('\n') };
    } finally {
      await replies.close();
    }
  },
};

interface Options {
  source: LlmSource;
  model: string;
  atOnce: number;
  replies: ReplyStore;
}

async function measured(trial: Trial, ways: readonly WayName[], seed: number, options: Options, keptIn: string, terminal: Terminal): Promise<Outcome> {
  let paid = 0;
  const { measures, end } = await interruptibly((signals) =>
    compare(ways, trial, { ...options, ...signals }, (progress) => {
      ({ paid } = progress);
      terminal.progress(progressLine(ways, progress));
    }),
  );
  if (end.reason !== 'finished') {
    throw new FailedRun(`${end.failure ? `${end.failure.message}\n` : ''}${measures.length} of ${ways.length} ways were tried to their end. What came is kept in ${keptIn}; this run cost ${dollars(paid)}. Run the same command again to go on.`);
  }
  const scores = compareAnnotators(goldOfTrial(trial), measures.map(({ found }) => found), seed);
  const report = waysReport(measures, scores, { model: options.model, kind: options.source.kind, source: options.source.name, atOnce: options.atOnce, seed, types: trial.types.map(({ name }) => name) });
  return { json: { ...report }, text: describeWays(report) };
}

/** What is asked, by the flags. @throws FailedRun where too little is labelled */
async function openTrial(call: Call, seed: number, terminal: Terminal): Promise<{ trial: Trial; ways: WayName[]; notes: string[] }> {
  const file = call.required('labelled');
  const { documents: all, notes } = await readDocuments(file);
  const documents = labelledByHand(all);
  if (documents.length < all.length) notes.push(`${(all.length - documents.length).toLocaleString('en')} texts of ${file} are left out: their labels come from a model or an LLM.`);
  const types = await readTypes(call.required('types'));
  for (const note of notes) terminal.note(note);
  const names = new Set(types.map(({ name }) => name));
  if (!documents.some(({ spans }) => spans.some(({ type }) => names.has(type)))) throw new FailedRun(`No text of ${file} has a label of the types ${[...names].join(', ')}, so there is nothing to hold answers against. Give a file of labelled texts, with the types as they are named in it.`);
  const ways = chosenWays(call, types.length);
  const examples = call.count('k') ?? usualExamples;
  const { asked, pool } = drawTrial(documents, { texts: call.count('texts') ?? usualTexts, examples, seed });
  const examplesFor = await openExamples(call, { documents: asked, pool, count: examples, seed, file: `${call.required('out')}.examples.json` }, terminal);
  return { trial: { asked, types, examplesFor, templates: defaultTemplates, verification: defaultVerification }, ways, notes };
}

/** The reference first, for the others are held against it. */
function chosenWays(call: Call, types: number): WayName[] {
  const known = waysFor(types);
  const named = call.text('ways')?.split(',').map((name) => name.trim());
  const unknown = named?.find((name) => !(known as string[]).includes(name));
  if (unknown !== undefined) throw call.wrong(`--ways ${unknown}: expected some of ${known.join(', ')}${types === 1 ? ' (with one type there are no others)' : ''}.`);
  return known.filter((name) => name === referenceWay || !named || named.includes(name));
}

function progressLine(ways: readonly WayName[], { way, again, done, total, paid }: WayProgress): string {
  return `${way} (${ways.indexOf(way) + 1} of ${ways.length})${again ? ', second question' : ''}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} requests, ${dollars(paid)}`;
}
