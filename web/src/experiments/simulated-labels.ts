import type { Document } from '../dataset/document.ts';
import { overlapMatrix } from '../dataset/refine/overlaps.ts';
import { scoreSpans } from '../evaluate/score-spans.ts';
import type { Annotation, AskedType, ReplyFault } from '../llm/annotate/annotation.ts';
import { annotateInputs, drawExamples, type PlacedInput } from '../llm/annotate/inputs.ts';
import { annotateTask } from '../llm/annotate/task.ts';
import type { ReplyStore, StoredReply } from '../llm/replies.ts';
import { runTask } from '../llm/run.ts';
import { goldOf } from '../llm/simulated/gold.ts';
import type { SimulatedSettings } from '../llm/simulated/settings.ts';
import { simulatedSource } from '../llm/simulated/source.ts';
import type { Span } from '../text/span.ts';

/** Labels of an LLM for some texts, and how good they are. */
export interface SimulatedLabels {
  /** By text, in the order of the texts. */
  spans: Span[][];
  /** As measured against the gold labels. */
  measured: { requests: number; unread: number; recall: number; precision: number; /** Of the words with a label those with several types. */ overlap: number };
}

/** Examples in a prompt: a simulated annotator learns nothing from them, so few are enough to go the whole way. */
const EXAMPLES = 2;

/**
 * What an LLM with such errors would say of labelled texts: one request a text and type, answered by the simulated annotator and read as any model's reply
 * (messages → reply → alignment). Nothing of the gold labels reaches the result but through the replies.
 */
export async function simulatedLabels(documents: readonly Document[], types: readonly AskedType[], settings: SimulatedSettings): Promise<SimulatedLabels> {
  const spans = documents.map((): Span[] => []);
  const source = simulatedSource({ gold: goldOf(documents), settings });
  const examples = drawExamples(documents, EXAMPLES, settings.seed);
  const inputs = annotateInputs(documents.map(({ text }) => text), { types, typesTogether: false, textsTogether: 1 }, examples);
  let [requests, unread] = [0, 0];
  for await (const event of runTask<PlacedInput, Annotation[], ReplyFault>({ task: annotateTask(), inputs, model: 'simulated', source, replies: inMemory(), atOnce: 8 })) {
    if (event.type === 'failure') throw event.failure;
    if (event.type === 'end' && event.failure) throw event.failure;
    if (event.type !== 'answer') continue;
    requests++;
    if (!event.parsed.ok) unread++;
    else event.parsed.value.forEach((annotation, i) => spans[event.input.places[i]!]!.push(...annotation.spans.map(({ start, end, type }): Span => ({ start, end, type, source: 'llm' }))));
  }
  const { recall, precision } = scoreSpans(documents.map((document) => document.spans), spans).micro;
  const { words, labelledWords } = overlapMatrix(documents, (_, i) => spans[i]!);
  return { spans, measured: { requests, unread, recall, precision, overlap: labelledWords > 0 ? words / labelledWords : 0 } };
}

function inMemory(): ReplyStore {
  const kept = new Map<string, StoredReply>();
  return {
    read: (keys) => Promise.resolve(new Map(keys.flatMap((key) => (kept.has(key) ? [[key, kept.get(key)!]] : [])))),
    write: (reply) => Promise.resolve(void kept.set(reply.key, reply)),
    sample: () => Promise.resolve([]),
  };
}
