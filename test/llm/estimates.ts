import { existsSync } from 'node:fs';
import path from 'node:path';
import { readDocuments } from '../../web/cli/documents.ts';
import { loadTokenizer } from '../../web/src/encode/tokenizer.ts';
import type { Annotation } from '../../web/src/llm/annotate/annotation.ts';
import { annotateInputs, drawExamples, type Grouping } from '../../web/src/llm/annotate/inputs.ts';
import { annotateTask, usualAnnotation } from '../../web/src/llm/annotate/task.ts';
import { verifyTask, type VerifyInput } from '../../web/src/llm/annotate/verify.ts';
import { dollarsOf } from '../../web/src/llm/cost.ts';
import { estimate } from '../../web/src/llm/estimate.ts';
import { runTask } from '../../web/src/llm/run.ts';
import { sampleInputs } from '../../web/src/llm/sample.ts';
import { goldOf } from '../../web/src/llm/simulated/gold.ts';
import { usualSimulation } from '../../web/src/llm/simulated/settings.ts';
import { simulatedSource } from '../../web/src/llm/simulated/source.ts';
import type { LlmSource, LlmTask } from '../../web/src/llm/task.ts';
import { openFolder } from '../../web/src/models/node/folder.ts';
import { storedModels } from '../../web/src/models/node/store.ts';
import { Memory, terms } from '../web/llm/fixtures.ts';

interface Compared {
  what: string;
  spend: number;
  /** Estimate over spend, less one: before anything is known, and after a preview of three. */
  guessed: number;
  previewed: number;
}

const TEXTS = 400;
const folder = path.resolve('../shared/data/wnut17');

/** Estimates held against the spend on jobs of different kinds: answers by the simulated annotator, tokens by the tokenizer of an encoder. */
export async function compareEstimates(): Promise<Compared[]> {
  const model = (await storedModels(process.env)).find(({ id }) => id.includes('MiniLM') || id === 'minilm-l6');
  if (!existsSync(folder) || !model) {
    console.log(`SKIPPED: estimates. They need ${folder} and the encoder minilm-l6 ("npm run models fetch minilm-l6").`);
    return [];
  }
  const tokenizer = await loadTokenizer(await openFolder(model.folder));
  const tokensOf = (text: string): number => tokenizer.encode(text, Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => [index, index + word.length] as const)).ids.length;
  const { documents } = await readDocuments(path.join(folder, 'dev.conll'));
  const gold = simulatedSource({ gold: goldOf(documents), settings: { ...usualSimulation, refused: 0.02, empty: 0.02, malformed: 0.02 } });
  const source: LlmSource = {
    ...gold,
    terms: () => terms,
    async complete(request, signal) {
      const reply = await gold.complete(request, signal);
      const usage = { prompt: request.messages.reduce((sum, { content }) => sum + tokensOf(content) + 4, 3), completion: tokensOf(reply.text) + 1 };
      return { ...reply, usage, dollars: dollarsOf(usage, terms) };
    },
  };
  const texts = documents.slice(0, TEXTS).map(({ text }) => text);
  const types = [{ name: 'person', definition: 'The name of a human being.' }, { name: 'location', definition: 'A place.' }];
  const examples = drawExamples(documents.slice(TEXTS), 4, 1);
  const inputs = (grouping: Omit<Grouping, 'types'>) => () => annotateInputs(texts, { types, ...grouping }, examples);
  const spans = documents.slice(0, TEXTS).flatMap(({ text, spans }) => spans.map((span): VerifyInput => ({ text, span, type: types[0]! })));
  return [
    await compare('one text and one type a request, 4 examples', annotateTask(), inputs({ typesTogether: false, textsTogether: 1 }), source),
    await compare('five texts and all types a request, JSON', annotateTask({ ...usualAnnotation, kind: 'json' }), inputs({ typesTogether: true, textsTogether: 5 }), source),
    await compare('the second question about each span', verifyTask(), () => spans, source),
  ];
}

async function compare<Input, Value extends Annotation[] | boolean, Reason extends string>(what: string, task: LlmTask<Input, Value, Reason>, inputs: () => Iterable<Input>, source: LlmSource): Promise<Compared> {
  const replies = new Memory();
  const parts = { task, model: 'small', source, replies, atOnce: 32 };
  const guess = await estimate({ ...parts, inputs: inputs() });
  const paid = async (some: Iterable<Input>): Promise<number> => {
    let dollars = 0;
    for await (const event of runTask({ ...parts, inputs: some })) if (event.type === 'answer' && event.from === 'service') dollars += event.reply.dollars!;
    return dollars;
  };
  const { sample } = await sampleInputs(inputs(), 3, 1);
  const preview = await paid(sample);
  const known = await estimate({ ...parts, inputs: inputs() });
  const rest = await paid(inputs());
  const compared = { what, spend: preview + rest, guessed: guess.dollars! / (preview + rest) - 1, previewed: known.dollars! / rest - 1 };
  console.log(`${what}: ${guess.requests} requests, $${compared.spend.toFixed(4)}; estimated ${percent(compared.guessed)} as a guess, ${percent(compared.previewed)} after three replies`);
  return compared;
}

const percent = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(1)} %`;
