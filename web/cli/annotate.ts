import process from 'node:process';
import type { Annotation, ReplyFault } from '../src/llm/annotate/annotation.ts';
import { annotateInputs, countInputs, type PlacedInput } from '../src/llm/annotate/inputs.ts';
import { annotateTask, usualAnnotation } from '../src/llm/annotate/task.ts';
import { estimate } from '../src/llm/estimate.ts';
import type { EndEvent } from '../src/llm/events.ts';
import { Meter, type Tally } from '../src/llm/meter.ts';
import { runTask } from '../src/llm/run.ts';
import { endingOf, writeDocuments } from './data-files.ts';
import { readDocuments } from './documents.ts';
import { FoundSpans } from './found-spans.ts';
import { dollars, meterLine, spendText } from './llm-progress.ts';
import { llmOptions, keyVariable, openLlm } from './llm-source.ts';
import { neighbourOptions, openExamples } from './neighbours.ts';
import { openReplyFile } from './reply-file.ts';
import { readTypes } from './types-file.ts';
import { FailedRun, type Verb } from './verb.ts';

/** Examples in a request, as in GPT-NER. */
const usualExamples = 32;

/** `annotate`: an LLM marks the entities of some types in texts. */
export const annotate: Verb = {
  usage: `tagsmith annotate --input a.jsonl --types types.json --llm <base URL> --model M --out y.jsonl [--examples dev.conll] [--k 32] [--neighbours random|entity|sentence]
      [--encoder minilm-l6] [--device cpu|webgpu] [--threads 2] [--form marked|json] [--reasons] [--types-together] [--texts-together 1] [--at-once 32] [--seed 1] [--estimate] [--json]`,
  summary: `Lets an LLM mark the entities of some types in texts. Replies are kept beside --out, so that the same command goes on where it was ended and
      asks nothing twice. Examples are drawn at random, or are those most like the text, by entity words or
      as a whole. --estimate says what it will cost and asks nothing. A key, where the service wants one, is taken from ${keyVariable}.`,
  options: {
    ...Object.fromEntries(['input', 'types', 'examples', 'k', 'form', 'texts-together', 'seed', 'out'].map((flag) => [flag, { type: 'string' as const }])),
    ...Object.fromEntries(['reasons', 'types-together', 'estimate'].map((flag) => [flag, { type: 'boolean' as const }])),
    ...llmOptions,
    ...neighbourOptions,
  },
  async run(call, terminal) {
    const out = call.required('out');
    const ending = endingOf(call, out);
    const seed = call.number('seed') ?? 1;
    const settings = { ...usualAnnotation, kind: call.choice('form', ['marked', 'json']) ?? usualAnnotation.kind, reasons: call.has('reasons') };
    const { documents, notes } = await readDocuments(call.required('input'));
    const types = await readTypes(call.required('types'));
    const examples = call.text('examples') === undefined ? { documents: [], notes: [] } : await readDocuments(call.required('examples'));
    notes.push(...examples.notes);
    for (const note of notes) terminal.note(note);

    const examplesFor = await openExamples(call, { documents, pool: examples.documents, count: call.count('k') ?? usualExamples, seed, file: `${out}.examples.json` }, terminal);
    const grouping = { types, typesTogether: call.has('types-together'), textsTogether: call.count('texts-together') ?? 1 };
    const inputs = (): Iterable<PlacedInput> => annotateInputs(documents.map(({ text }) => text), grouping, examplesFor);
    const total = countInputs(documents.length, grouping);
    const { source, model, atOnce } = await openLlm(call);
    const task = annotateTask(settings);
    const replies = await openReplyFile(`${out}.replies.jsonl`);
    try {
      const expected = await estimate({ task, inputs: inputs(), model, source, replies, atOnce, seed });
      const will = `${expected.requests.toLocaleString('en')} of ${total.toLocaleString('en')} requests to ask, about ${dollars(expected.dollars)}, at most ${dollars(expected.dollarsAtMost)}`;
      if (call.has('estimate')) return { json: { ...expected }, text: `${will}${expected.learnedFrom === 0 ? ' (a guess: no reply of this model is known yet)' : ''}.` };
      terminal.note(`${will}.`);

      const pause = new AbortController();
      const cancel = new AbortController();
      const interrupt = (): void => (pause.signal.aborted ? cancel : pause).abort();
      process.on('SIGINT', interrupt);
      const meter = new Meter(total);
      const found = new FoundSpans(documents, grouping.typesTogether ? 1 : types.length);
      let end: EndEvent | null = null;
      /** What the service said of the first failure of each kind. */
      const reason = new Map<string, string>();
      for await (const event of runTask<PlacedInput, Annotation[], ReplyFault>({ task, inputs: inputs(), model, source, replies, atOnce, pause: pause.signal, cancel: cancel.signal })) {
        meter.add(event);
        if (event.type === 'failure' && !reason.has(event.failure.kind)) reason.set(event.failure.kind, event.failure.message);
        if (event.type === 'answer' && event.parsed.ok) found.add(event.input.places, event.parsed.value);
        if (event.type === 'end') end = event;
        terminal.progress(meterLine(meter, total));
      }
      process.off('SIGINT', interrupt);
      const { tally } = meter;
      if (end?.reason !== 'finished') throw new FailedRun(`${end?.failure ? `${end.failure.message}\n` : ''}${tally.answered.toLocaleString('en')} of ${total.toLocaleString('en')} requests have their replies in ${out}.replies.jsonl; this run cost ${spendText(tally)}. Run the same command again to go on.`);
      notes.push(...describeGaps(found.unanswered, tally, reason), ...(await writeDocuments(out, ending, found.annotated(), 'en', terminal)));
      const spend = source.terms ? tally.paid : null;
      return {
        json: {
          requests: total, asked: tally.asked, parsed: tally.parsed, reasons: tally.reasons, failures: tally.failures, spend, spendAtMost: tally.atMost, spentBefore: tally.paidBefore, tokens: tally.tokens,
          spans: found.count, rejected: found.rejected, texts: documents.length, unanswered: found.unanswered, model, task: task.id, source: { kind: source.kind, name: source.name }, seed, out, notes,
        },
        text: [`${found.count.toLocaleString('en')} spans in ${documents.length.toLocaleString('en')} texts; ${tally.parsed.toLocaleString('en')} of ${total.toLocaleString('en')} replies could be read. It cost ${spendText(tally)}.`, ...notes, `Written to ${out}.`].join('\n'),
      };
    } finally {
      await replies.close();
    }
  },
};

function describeGaps(unanswered: number, { reasons, failures }: Tally, said: ReadonlyMap<string, string>): string[] {
  const list = (counts: object): string => Object.entries(counts).map(([reason, count]) => `${reason} (${count})`).join(', ');
  return [
    ...(Object.keys(failures).length > 0 ? [`Requests without a reply: ${list(failures)}. ${[...said.values()].join(' ')} Run the same command again to ask for these alone.`] : []),
    ...(Object.keys(reasons).length > 0 ? [`Replies that say nothing: ${list(reasons)}.`] : []),
    ...(unanswered > 0 ? [`Of ${unanswered.toLocaleString('en')} texts some entities are unknown for that; they are written with those that are known.`] : []),
  ];
}
