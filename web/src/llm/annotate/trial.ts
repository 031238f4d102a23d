import { fork } from '../../dataset/random.ts';
import type { SpanSource } from '../../text/span.ts';
import type { LlmTask } from '../task.ts';
import type { Annotation, AskedType, Example, ReplyFault, TypedRange } from './annotation.ts';
import { annotateInputs, type PlacedInput } from './inputs.ts';
import { annotateTask } from './task.ts';
import type { AnnotateTemplates } from './templates.ts';
import type { PromptTemplate } from './template.ts';
import { ways, type WayName } from './ways.ts';

/** Labelled texts that are asked about, and the others, of which examples are made. */
export interface TrialTexts<Text extends Example> {
  asked: Text[];
  pool: Text[];
}

/** What ways of asking are tried on: the same texts, types and examples for each. */
export interface Trial {
  asked: readonly Example[];
  types: readonly AskedType[];
  /** Examples for the texts of a request, none of `asked` among them. */
  examplesFor: (texts: readonly string[]) => readonly Example[];
  templates: AnnotateTemplates;
  verification: PromptTemplate;
}

/** Texts whose labels are all somebody's own: against labels of an LLM no LLM can be measured. Texts without labels are among them. */
export function labelledByHand<Text extends { spans: readonly { source: SpanSource }[] }>(texts: readonly Text[]): Text[] {
  return texts.filter(({ spans }) => spans.every(({ source }) => source === 'manual'));
}

/**
 * So many labelled texts, drawn by seed, to be asked about; no other text of the same words becomes an example. Where examples are wanted, at most half are
 * asked about: without the other half a comparison would show another prompt than the annotation has later. Texts that occur twice count once.
 */
export function drawTrial<Text extends Example>(labelled: readonly Text[], { texts, examples, seed }: { texts: number; examples: number; seed: number }): TrialTexts<Text> {
  const distinct = [...new Map(labelled.toReversed().map((one) => [one.text, one])).values()].reverse();
  const most = examples > 0 ? Math.ceil(distinct.length / 2) : distinct.length;
  const drawn = new Set(fork(seed, 'texts to try ways of asking on').shuffle(distinct).slice(0, Math.min(texts, most)));
  return { asked: distinct.filter((one) => drawn.has(one)), pool: distinct.filter((one) => !drawn.has(one)) };
}

/** The labels of the texts that are asked about, of the types asked for: what answers are held against. */
export function goldOfTrial({ asked, types }: Trial): TypedRange[][] {
  const names = new Set(types.map(({ name }) => name));
  return asked.map(({ spans }) => spans.filter(({ type }) => names.has(type)));
}

/** The first question of a way, request by request. */
export function firstQuestion(name: WayName, { asked, types, examplesFor, templates }: Trial): { task: LlmTask<PlacedInput, Annotation[], ReplyFault>; inputs: PlacedInput[] } {
  const { kind, reasons, typesTogether, textsTogether } = ways[name];
  return { task: annotateTask({ kind, reasons, templates }), inputs: [...annotateInputs(asked.map(({ text }) => text), { types, typesTogether, textsTogether }, examplesFor)] };
}
