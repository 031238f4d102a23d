import type { Annotation, ReplyFault } from '../src/llm/annotate/annotation.ts';
import { askAgain } from '../src/llm/annotate/ask-again.ts';
import { estimateAnnotation, type AnnotationEstimate } from '../src/llm/annotate/estimate-annotation.ts';
import type { Verdict } from '../src/llm/annotate/found-spans.ts';
import { annotateInputs, countInputs, type PlacedInput } from '../src/llm/annotate/inputs.ts';
import { annotateTask, usualAnnotation } from '../src/llm/annotate/task.ts';
import { defaultVerification } from '../src/llm/annotate/verify.ts';
import type { Tally } from '../src/llm/meter.ts';
import { runTask } from '../src/llm/run.ts';
import { Asking } from './asking.ts';
import { endingOf, writeDocuments } from './data-files.ts';
import { readDocuments } from './documents.ts';
import { FoundInDocuments } from './found-spans.ts';
import { interruptibly } from './interrupt.ts';
import { dollars, spendText } from './llm-progress.ts';
import { llmOptions, keyVariable, openLlm } from './llm-source.ts';
import { neighbourOptions, openExamples } from './neighbours.ts';
import { openReplyFile } from './reply-file.ts';
import { readTypes } from './types-file.ts';
import type { Verb } from './verb.ts';

/** Examples in a request, as in GPT-NER. */
const usualExamples = 32;

/** `annotate`: an LLM marks the entities of some types in texts. */
export const annotate: Verb = {
  usage: `tagsmith annotate --input a.jsonl --types types.json --llm <base URL> --model M --out y.jsonl [--examples dev.conll] [--k 32] [--neighbours random|entity|sentence]
      [--encoder minilm-l6] [--device cpu|webgpu] [--threads 2] [--form marked|json] [--reasons] [--verify] [--types-together] [--texts-together 1] [--prices 0.15,0.6] [--at-once 32] [--seed 1] [--estimate] [--json]`,
  summary: `Lets an LLM mark the entities of some types in texts. Replies are kept beside --out, so that the same command goes on where it was ended and
      asks nothing twice. Examples are drawn at random, or are those most like the text, by entity words or
      as a whole. --verify asks a second question about each span found, and drops those that are denied. --estimate says what it will cost and asks nothing. --prices are those of a
      service that tells none: dollars for a million tokens in and out. A key, where the service wants one, is taken from ${keyVariable}.`,
  options: {
    ...Object.fromEntries(['input', 'types', 'examples', 'k', 'form', 'texts-together', 'seed', 'out'].map((flag) => [flag, { type: 'string' as const }])),
    ...Object.fromEntries(['reasons', 'verify', 'types-together', 'estimate'].map((flag) => [flag, { type: 'boolean' as const }])),
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
    const verify = call.has('verify');
    const keptIn = `${out}.replies.jsonl`;
    const replies = await openReplyFile(keptIn);
    try {
      const expected = await estimateAnnotation({ task, inputs, second: verify ? { types, verification: defaultVerification } : null }, { model, source, replies, atOnce, seed });
      const will = describeEstimate(expected, total, verify);
      if (call.has('estimate')) return { json: { ...expected.whole, secondQuestion: expected.again }, text: `${will}${expected.first.learnedFrom === 0 ? ' (a guess: no reply of this model is known yet)' : ''}.` };
      terminal.note(`${will}.`);

      const asking = new Asking(terminal, keptIn);
            const found = new FoundInDocuments(documents, grouping.typesTogether ? 1 : types.length);
      const second = { types, textAt: (place: number) => documents[place]!.text, verification: defaultVerification };
      const [first, again] = await interruptibly(async (signals) => {
        const options = { model, source, replies, atOnce, ...signals };
        const annotation = await asking.follow(total, runTask<PlacedInput, Annotation[], ReplyFault>({ ...options, task, inputs: inputs() }), (event) => {
          if (event.type === 'answer' && event.parsed.ok) for (const [i, one] of event.parsed.value.entries()) found.add(event.input.places[i]!, one);
        });
        if (!verify) return [annotation, null];
        terminal.note(`${found.count.toLocaleString('en')} spans found for ${spendText(annotation)}; asking about each again.`);
        return [annotation, await asking.follow(found.count, askAgain(found, second, options))];
      });
      const { tally } = asking;
      notes.push(...describeGaps(found.unanswered, first, asking.said), ...(again ? [describeVerdicts(found.verdicts)] : []), ...(await writeDocuments(out, ending, found.annotated(), 'en', terminal)));
      const spend = source.terms ? tally.paid : null;
      return {
        json: {
          requests: total, asked: first.asked, parsed: first.parsed, reasons: first.reasons, failures: first.failures, spend, spendAtMost: tally.atMost, spentBefore: tally.paidBefore, tokens: tally.tokens,
          spans: found.count, rejected: Object.fromEntries(found.rejected), ...(again ? { verification: { asked: again.asked, ...found.verdicts, failures: again.failures } } : {}),
          texts: documents.length, unanswered: found.unanswered, model, task: task.id, source: { kind: source.kind, name: source.name }, seed, out, notes,
        },
        text: [`${found.count.toLocaleString('en')} spans in ${documents.length.toLocaleString('en')} texts; ${first.parsed.toLocaleString('en')} of ${total.toLocaleString('en')} replies could be read. It cost ${spendText(tally)}.`, ...notes, `Written to ${out}.`].join('\n'),
      };
    } finally {
      await replies.close();
    }
  },
};

function describeEstimate({ first, again, whole }: AnnotationEstimate, total: number, verify: boolean): string {
  const questions = again ? ` and about ${again.requests.toLocaleString('en')} questions about spans found` : '';
  const open = verify && !again ? '; a question about each span found comes on top' : '';
  return `${first.requests.toLocaleString('en')} of ${total.toLocaleString('en')} requests to ask${questions}, about ${dollars(whole.dollars)}, at most ${dollars(whole.dollarsAtMost)}${open}`;
}

function describeGaps(unanswered: number, { reasons, failures }: Tally, said: ReadonlyMap<string, string>): string[] {
  const list = (counts: object): string => Object.entries(counts).map(([reason, count]) => `${reason} (${count})`).join(', ');
  return [
    ...(Object.keys(failures).length > 0 ? [`Requests without a reply: ${list(failures)}. ${[...said.values()].join(' ')} Run the same command again to ask for these alone.`] : []),
    ...(Object.keys(reasons).length > 0 ? [`Replies that say nothing: ${list(reasons)}.`] : []),
    ...(unanswered > 0 ? [`Of ${unanswered.toLocaleString('en')} texts some entities are unknown for that; they are written with those that are known.`] : []),
  ];
}

function describeVerdicts({ confirmed, denied, undecided }: Record<Verdict, number>): string {
  return `Asked again, ${confirmed.toLocaleString('en')} spans were confirmed and ${denied.toLocaleString('en')} denied and dropped${undecided > 0 ? `; of ${undecided.toLocaleString('en')}, which are kept, no answer could be read` : ''}.`;
}
