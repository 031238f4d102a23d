import type { ChatMessage } from '../task.ts';
import type { AnnotateInput, AskedType } from './annotation.ts';
import { formText, readForm, type Form } from './form.ts';
import { marksFor, type Marks } from './marks.ts';
import { fill, unfill } from './template.ts';
import { noDefinition, type AnnotateTemplates } from './templates.ts';
import { heading, numbered, writeAnswer } from './write.ts';

/** What is asked of the answer besides the spans, and in which words. */
export interface AnnotateSettings {
  /** With `json` the service's JSON mode is used too, where it has one. */
  kind: Form['kind'];
  /** A few words for each span on why it is one. */
  reasons: boolean;
  templates: AnnotateTemplates;
}

/** How the answer to a request is to be written: types are carried where there are several, numbers where there are several texts. */
export function formOf({ texts, types }: AnnotateInput, { kind, reasons }: AnnotateSettings): { form: Form; marks: Marks } {
  return { form: { kind, reasons, typed: types.length > 1, label: texts.length > 1 ? labelFor(texts) : null }, marks: marksOf({ texts, types }) };
}

/** The marks depend on nothing but what is asked, so that a reply can be read again whatever the examples were. */
function marksOf({ texts, types }: Pick<AnnotateInput, 'texts' | 'types'>): Marks {
  return marksFor([...texts, ...types.map(({ name }) => name)]);
}

/** The conversation: instructions, then each example as a question with its answer, then the texts. */
export function annotateMessages(input: AnnotateInput, settings: AnnotateSettings): ChatMessage[] {
  const { form, marks } = formOf(input, settings);
  const { system, user } = templateOf(form, settings.templates);
  const [type] = input.types;
  if (!type || input.texts.length === 0) throw new RangeError('A request needs a text and a type at least.');
  const about: Record<string, string> = form.typed ? { types: input.types.map(line).join('\n') } : { type: type.name, definition: definitionOf(type) };
  const names = new Set(input.types.map(({ name }) => name));
  const ask = (texts: readonly string[]): ChatMessage => ({ role: 'user', content: fill(user, { ...about, text: numbered(texts, form.label) }) });
  const shown = inGroups(input.examples, input.texts.length).flatMap((group): ChatMessage[] => {
    const wanted = group.map(({ text, spans }) => ({ text, spans: spans.filter((span) => names.has(span.type)) }));
    return [ask(group.map(({ text }) => text)), { role: 'assistant', content: writeAnswer(wanted, form, marks) }];
  });
  return [{ role: 'system', content: fill(system, { ...about, form: formText(form, marks) }) }, ...shown, ask(input.texts)];
}

/** What a conversation of `annotateMessages` asks, without the examples; null where it is none of these templates. */
export function readAnnotateMessages(messages: readonly ChatMessage[], templates: AnnotateTemplates): { form: Form; marks: Marks; types: string[]; texts: string[] } | null {
  for (const template of [templates.oneType, templates.allTypes]) {
    const about = unfill(template.system, messages[0]?.content ?? '');
    const asked = unfill(template.user, messages.at(-1)?.content ?? '');
    const read = readForm(about?.form ?? '');
    if (!about || !asked || !read || read.form.typed !== (template === templates.allTypes)) continue;
    const types = read.form.typed ? (about.types ?? '').split('\n').map((one) => /^- (.*?): /.exec(one)?.[1] ?? '') : [about.type ?? ''];
    return { ...read, types: types.filter((name) => name !== ''), texts: unnumbered(asked.text ?? '', read.form.label) };
  }
  return null;
}

function templateOf({ typed }: Form, { oneType, allTypes }: AnnotateTemplates): AnnotateTemplates['oneType'] {
  return typed ? allTypes : oneType;
}

const line = (type: AskedType): string => `- ${type.name}: ${definitionOf(type)}`;
const definitionOf = ({ definition }: AskedType): string => definition.trim().replace(/\s*\n\s*/g, ' ') || noDefinition;

/** A word for numbering that stands above nothing in the texts themselves. */
function labelFor(texts: readonly string[]): string {
  const isFree = (label: string): boolean => !texts.some((text) => text.includes(`${label} `));
  const known = ['Text', 'Passage', 'Item'].find(isFree);
  for (let n = 1; !known; n++) if (isFree(`Text-${n}`)) return `Text-${n}`;
  return known;
}

function unnumbered(asked: string, label: string | null): string[] {
  if (label === null) return [asked];
  const starts: number[] = [];
  for (let at = 0; at >= 0; at = asked.indexOf(`\n\n${heading(label, starts.length)}\n`, at)) starts.push(at);
  return starts.map((start, i) => asked.slice(start, starts[i + 1]).replace(/^\s*.*\n/, ''));
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
