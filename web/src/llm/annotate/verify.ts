import type { ChatMessage, LlmTask } from '../task.ts';
import type { AskedType, ReplyFault, TypedRange } from './annotation.ts';
import { marksFor } from './marks.ts';
import { faultOf, isRefusal } from './reply.ts';
import { fill, unfill, type Placeholders, type PromptTemplate } from './template.ts';
import { noDefinition } from './templates.ts';

/** One found span, asked about again. */
export interface VerifyInput {
  text: string;
  span: Omit<TypedRange, 'type'>;
  type: AskedType;
}

/** The question, unless somebody edits it. */
export const defaultVerification: PromptTemplate = {
  version: 1,
  system: 'You check the work of others who label texts. You are shown a text in which one piece stands between {open} and {close}, and are asked whether that piece, taken exactly so, is an entity of the type {type}.\n\n{type} means: {definition}\n\nAnswer with yes or no and nothing else.',
  user: '{text}\n\nIs “{span}” between the marks an entity of the type {type}? Answer yes or no.',
};

/** The placeholders of the question. */
export const verificationPlaceholders: Placeholders = {
  open: { in: ['system'], needed: true, means: 'the mark before the piece' },
  close: { in: ['system'], needed: true, means: 'the mark after the piece' },
  type: { in: ['system', 'user'], needed: true, means: 'the name of the type' },
  definition: { in: ['system', 'user'], needed: true, means: 'what counts as the type' },
  text: { in: ['user'], needed: true, means: 'the text with the piece in marks' },
  span: { in: ['user'], needed: false, means: 'the piece alone' },
};

/** Tokens of an answer: one word, and what some models put around it. */
const MOST_TOKENS = 16;

/** Whether a span is what it was said to be: the second question of GPT-NER (Wang et al. 2023, "self-verification"). The value is false where the model says no. */
export function verifyTask(template: PromptTemplate = defaultVerification): LlmTask<VerifyInput, boolean, ReplyFault> {
  return {
    id: 'verify.v1',
    messages: (input) => verifyMessages(input, template),
    sampling: () => ({ temperature: 0, maxTokens: MOST_TOKENS }),
    answerCharacters: () => 'Yes.'.length,
    parse: (reply) => {
      const fault = faultOf(reply);
      if (fault) return { ok: false, reason: fault };
      // A model that says both, or neither, has not decided.
      const words = new Set(reply.text.toLowerCase().match(/\b(?:yes|no)\b/g));
      if (words.size === 1) return { ok: true, value: words.has('yes') };
      return { ok: false, reason: isRefusal(reply.text) ? 'denied' : reply.finish === 'length' ? 'cut' : 'unparsable' };
    },
  };
}

function verifyMessages({ text, span: { start, end }, type }: VerifyInput, { system, user }: PromptTemplate): ChatMessage[] {
  const { open, close } = marksFor([text]);
  const values = { open, close, type: type.name, definition: type.definition.trim() || noDefinition, span: text.slice(start, end) };
  const marked = text.slice(0, start) + open + text.slice(start, end) + close + text.slice(end);
  return [
    { role: 'system', content: fill(system, values) },
    { role: 'user', content: fill(user, { ...values, text: marked }) },
  ];
}

/** What a conversation of this task asks; null where it was not made from this template. */
export function readVerifyMessages(messages: readonly ChatMessage[], template: PromptTemplate): { text: string; type: string; span: Omit<TypedRange, 'type'> } | null {
  const about = unfill(template.system, messages[0]?.content ?? '');
  const asked = unfill(template.user, messages.at(-1)?.content ?? '');
  if (!about || !asked) return null;
  const { open = '', close = '', type = '' } = about;
  const [before = '', rest = ''] = (asked.text ?? '').split(open);
  const [marked = '', after = ''] = rest.split(close);
  return marked === '' ? null : { text: before + marked + after, type, span: { start: before.length, end: before.length + marked.length } };
}
