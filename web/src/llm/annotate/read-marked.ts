import type { LlmReply, Parsed } from '../task.ts';
import { alignAnswer } from './align/align.ts';
import { referenceOf } from './align/reference.ts';
import { isAnswered, type AnnotateInput, type Annotation, type RejectedPiece, type ReplyFault } from './annotation.ts';
import { inOrder, withoutOverlaps } from './in-order.ts';
import type { Form } from './form.ts';
import type { Marks } from './marks.ts';
import { readMarks } from './read-marks.ts';
import { faultOf, isRefusal } from './reply.ts';
import { heading } from './write.ts';

/** Reads an answer that repeats the texts with marks around the entities. */
export function readMarked(reply: LlmReply, { texts, types }: AnnotateInput, { typed, reasons, label }: Form, marks: Marks): Parsed<Annotation[], ReplyFault> {
  const fault = faultOf(reply);
  if (fault) return { ok: false, reason: fault };
  const names = types.map(({ name }) => name);
  const read = readMarks(reply.text, marks, { reasons, ...(typed ? { types: names } : { type: names[0]! }) });
  const reference = referenceOf(texts, label === null ? [] : texts.map((_, i) => heading(label, i)));
  const { stretches, covered } = alignAnswer(read.plain, read.pieces, reference);
  const annotations = covered.map(({ share }): Annotation => ({ spans: [], rejected: [], copied: false, covered: share }));

  const textAt = placesOfHeadings(read.plain, label, texts.length);
  const reject = (at: number, piece: RejectedPiece): void => void annotations[textAt(at)]!.rejected.push(piece);
  for (const { at, ...piece } of read.rejected) reject(at, piece);
  for (const [i, aligned] of stretches.entries()) {
    const { start, end, type, reason } = read.pieces[i]!;
    if (typeof aligned === 'string') reject(start, { piece: read.plain.slice(start, end).trim(), type, why: aligned });
    else annotations[aligned.text]!.spans.push({ start: aligned.start, end: aligned.end, type: type!, ...(reason === undefined ? {} : { reason }) });
  }
  for (const [i, annotation] of annotations.entries()) {
    const { kept, overlapping } = withoutOverlaps(inOrder(annotation.spans));
    annotation.spans = kept;
    for (const { start, end, type } of overlapping) annotation.rejected.push({ piece: texts[i]!.slice(start, end), type, why: 'nested' });
    annotation.copied = annotation.covered === 1 && annotation.spans.length === 0 && annotation.rejected.length === 0;
  }

  if (reply.finish === 'length' && !covered.some(({ toEnd }) => toEnd)) return { ok: false, reason: 'cut' };
  if (annotations.some(isAnswered)) return { ok: true, value: annotations };
  return { ok: false, reason: isRefusal(reply.text) ? 'denied' : 'misaligned' };
}

/** Tells under which heading an offset of the answer stands. */
function placesOfHeadings(answer: string, label: string | null, count: number): (offset: number) => number {
  const places = label === null ? [] : Array.from({ length: count }, (_, i) => answer.indexOf(heading(label, i)));
  return (offset) => Math.max(0, places.findLastIndex((place) => place >= 0 && place <= offset));
}
