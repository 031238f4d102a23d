import type { TypedRange } from '../annotate/annotation.ts';
import type { Form } from '../annotate/form.ts';
import type { Marks } from '../annotate/marks.ts';
import { readAnnotateMessages } from '../annotate/prompt.ts';
import { defaultTemplates, type AnnotateTemplates } from '../annotate/templates.ts';
import type { PromptTemplate } from '../annotate/template.ts';
import { defaultVerification, readVerifyMessages } from '../annotate/verify.ts';
import { markable, numbered, writeAnswer, type AnsweredText } from '../annotate/write.ts';
import { LlmFailure, type ChatMessage } from '../task.ts';
import type { SimulatedAnnotator } from './annotator.ts';
import { chancesOf, outcome } from './chance.ts';
import { damages, itemsOf, written, type Damaged } from './damage.ts';
import type { GoldText } from './gold.ts';

/** The prompts that are understood; edited ones have to be given. */
export interface KnownPrompts {
  annotate: AnnotateTemplates;
  verify: PromptTemplate;
}

export const usualPrompts: KnownPrompts = { annotate: defaultTemplates, verify: defaultVerification };

/** What a refusal says. */
const REFUSAL = "I'm sorry, but I can't help with that.";

/**
 * What a model that annotates so would answer to a conversation. It reads the conversation and nothing else.
 * @param draw another number asks again for another answer to the same
 * @throws LlmFailure (`refused`) where the prompt is none of those known, or the text has no gold labels: silence would pass for an answer
 */
export function simulatedAnswer(annotator: SimulatedAnnotator, messages: readonly ChatMessage[], prompts: KnownPrompts, draw: number): string {
  const verification = readVerifyMessages(messages, prompts.verify);
  if (verification) {
    const { text, type, span } = verification;
    return annotator.verify(goldFor(annotator, text), { ...span, type }, draw) ? 'Yes.' : 'No.';
  }
  const asked = readAnnotateMessages(messages, prompts.annotate);
  if (!asked) {
    throw new LlmFailure('refused', `The simulated annotator does not know this prompt: ${quoted(messages[0]?.content)}. It reads the prompts of this version; one that was edited has to be given to it.`);
  }
  const { form, marks, types } = asked;
  const texts = asked.texts.map((text) => goldFor(annotator, text));
  const answers = texts.map((text): AnsweredText => ({ text: text.text, spans: annotator.annotate(text, draw).filter(({ type }) => types.includes(type)) }));
  const { refused, empty, copied, malformed, seed } = annotator.settings;
  const chances = chancesOf(seed, draw, messages.at(-1)!.content);
  const fate = outcome(chances.for(`reply ${types.join()}`), [['refused', refused], ['empty', empty], ['copied', copied], ['malformed', malformed]] as const);
  switch (fate) {
    case 'refused':
      return REFUSAL;
    case 'empty':
      return '';
    case 'copied':
      return writeAnswer(answers.map(({ text }) => ({ text, spans: [] })), form, marks);
    case 'malformed':
      return spoilt(answers, form, marks, chances.for(`damage ${types.join()}`));
    case null:
      return writeAnswer(answers, form, marks);
  }
}

function goldFor({ gold }: SimulatedAnnotator, text: string): GoldText {
  const found = gold.find(text);
  if (!found) throw new LlmFailure('refused', `The simulated annotator has no labels for the text ${quoted(text)}. It answers only for the labelled texts that it was given.`);
  return found;
}

/** One of the texts comes spoilt; a JSON object breaks off. */
function spoilt(answers: readonly AnsweredText[], form: Form, marks: Marks, random: ReturnType<ReturnType<typeof chancesOf>['for']>): string {
  if (form.kind === 'json') {
    const whole = writeAnswer(answers, form, marks);
    return whole.slice(0, random.integer(whole.length));
  }
  const chosen = random.integer(answers.length);
  const ways = Object.values(damages);
  return numbered(answers.map((answer, i) => {
    if (i !== chosen) return writeAnswer([answer], { ...form, label: null }, marks);
    const spans: TypedRange[] = markable(answer.spans).map(([first]) => first!);
    const damaged: Damaged = { items: itemsOf(answer.text, spans), lost: new Set() };
    ways[random.integer(ways.length)]!(damaged, random);
    return written(damaged.items, spans, form, marks);
  }), form.label);
}

function quoted(text = ''): string {
  return text.length > 60 ? `“${text.slice(0, 60)}…”` : `“${text}”`;
}
