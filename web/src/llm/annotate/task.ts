import type { LlmTask } from '../task.ts';
import type { AnnotateInput, Annotation, Example, ReplyFault } from './annotation.ts';
import type { Form } from './form.ts';
import { tokensAtMost } from './length.ts';
import { annotateMessages, formOf, type AnnotateSettings } from './prompt.ts';
import { readJson } from './read-json.ts';
import { readMarked } from './read-marked.ts';
import { defaultTemplates } from './templates.ts';
import { writeAnswer } from './write.ts';

/** The paper's way: marks, no reasons. */
export const usualAnnotation: AnnotateSettings = { kind: 'marked', reasons: false, templates: defaultTemplates };

/** Tokens of an answer besides its texts: a fence, a word before. */
const FRAME = 64;
/** Characters that entities add to an answer for each character of a text, where no example tells. */
const USUALLY_ADDED: Record<Form['kind'], number> = { marked: 0.1, json: 0.8 };
/** How many times longer than expected an answer may be. */
const HEADROOM: Record<Form['kind'], number> = { marked: 1.5, json: 3 };

/**
 * The entities of some types in some texts. The value of a reply has an annotation for each text.
 * @example annotateTask({ ...usualAnnotation, reasons: true })
 */
export function annotateTask(settings: AnnotateSettings = usualAnnotation): LlmTask<AnnotateInput, Annotation[], ReplyFault> {
  return {
    id: settings.kind === 'json' ? 'annotate-json.v1' : 'annotate.v1',
    messages: (input) => annotateMessages(input, settings),
    sampling: (input) => {
      const { bare, added } = expected(input, settings);
      const maxTokens = FRAME + Math.ceil(HEADROOM[settings.kind] * (tokensAtMost(bare) + added / 2));
      return { temperature: 0, maxTokens, ...(settings.kind === 'json' ? { json: true } : {}) };
    },
    answerCharacters: (input) => {
      const { bare, added } = expected(input, settings);
      return bare.length + Math.round(added);
    },
    parse: (reply, input) => {
      const { form, marks } = formOf(input, settings);
      return form.kind === 'json' ? readJson(reply, input, form) : readMarked(reply, input, form, marks);
    },
  };
}

/** The answer without any entity, and how many characters entities will add, going by those of the examples. */
function expected(input: AnnotateInput, settings: AnnotateSettings): { bare: string; added: number } {
  const { form, marks } = formOf(input, settings);
  const write = (text: string, spans: Example['spans']): string => writeAnswer([{ text, spans }], { ...form, label: null }, marks);
  const names = new Set(input.types.map(({ name }) => name));
  const addedBy = ({ text, spans }: Example): number => write(text, spans.filter(({ type }) => names.has(type))).length - write(text, []).length;
  const shown = lengthOf(input.examples.map(({ text }) => text));
  const share = shown === 0 ? USUALLY_ADDED[form.kind] : input.examples.reduce((sum, example) => sum + addedBy(example), 0) / shown;
  return { bare: writeAnswer(input.texts.map((text) => ({ text, spans: [] })), form, marks), added: share * lengthOf(input.texts) };
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
