import fc from 'fast-check';
import { fork } from '../../../../web/src/dataset/random.ts';
import { fold } from '../../../../web/src/llm/annotate/align/fold.ts';
import type { AnnotateInput, TypedRange } from '../../../../web/src/llm/annotate/annotation.ts';
import { formOf } from '../../../../web/src/llm/annotate/prompt.ts';
import { annotateTask, usualAnnotation } from '../../../../web/src/llm/annotate/task.ts';
import { damages, itemsOf, written, type Damaged } from '../../../../web/src/llm/simulated/damage.ts';
import type { LlmReply } from '../../../../web/src/llm/task.ts';
import { editDistance } from './edit-distance.ts';
import { markedText, type MarkedText } from './marked-texts.ts';

type Way = keyof typeof damages;
const ways = Object.keys(damages) as Way[];
const types = ['location', 'person', 'team'].map((name) => ({ name, definition: 'a name' }));

/** What became of the damaged answers. */
export interface DamageReport {
  answers: number;
  /** Spans whose words and marks are still in the answer, and those of them that were found. */
  undamaged: number;
  found: number;
  /** The same by the only way in which an answer was damaged. */
  byWay: Map<Way, { undamaged: number; found: number }>;
  /** Spans that are not gold, where the answer as it came is as near to a text marked so: what it literally says. */
  otherReadings: number;
  /** Of those, in answers that were damaged in one way. */
  otherReadingsOfOneWay: number;
  rejected: Map<string, number>;
}

export function replyOf(text: string): LlmReply {
  return { text, finish: 'stop', usage: null, dollars: null, model: 'played', milliseconds: 1 };
}

/**
 * Marks texts rightly, damages the marked answers in one to three ways and reads them again.
 * @throws where a span is found that is not gold and that the answer does not say, or where an undamaged one is neither found nor rejected
 */
export function readDamagedAnswers(answers: number, seed: number): DamageReport {
  const report: DamageReport = { answers: 0, undamaged: 0, found: 0, byWay: new Map(ways.map((way) => [way, { undamaged: 0, found: 0 }])), otherReadings: 0, otherReadingsOfOneWay: 0, rejected: new Map() };
  fc.assert(fc.property(markedText, fc.nat(), (marked, drawn) => readOne(marked, drawn, report)), { numRuns: answers, seed, verbose: 1 });
  return report;
}

function readOne({ text, spans }: MarkedText, drawn: number, report: DamageReport): void {
  const random = fork(drawn, 'damage');
  const asked = random.integer(3) === 0 ? types : types.slice(0, 1);
  const gold = spans.filter(({ type }) => asked.some(({ name }) => name === type));
  const input: AnnotateInput = { texts: [text], types: asked, examples: [] };
  const { form, marks } = formOf(input, usualAnnotation);
  const write = (items: Damaged['items'], of: readonly TypedRange[]): string => written(items, of, form, marks);
  const damaged: Damaged = { items: itemsOf(text, gold), lost: new Set() };
  const used = Array.from({ length: random.integer(2) === 0 ? 1 : 2 + random.integer(2) }, () => ways[random.integer(ways.length)]!);
  for (const way of used) damages[way](damaged, random);
  const answer = write(damaged.items, gold);
  const parsed = annotateTask().parse(replyOf(answer), input);
  const [annotation] = parsed.ok ? parsed.value : [];
  const found = annotation?.spans ?? [];
  const isIn = (list: readonly TypedRange[], { start, end, type }: TypedRange): boolean => list.some((one) => one.start === start && one.end === end && one.type === type);

  report.answers++;
  for (const wrong of found.filter((span) => !isIn(gold, span))) {
    const other = [...gold.filter(({ start, end }) => end <= wrong.start || wrong.end <= start), wrong].sort((a, b) => a.start - b.start);
    const [toGold, toOther] = [gold, other].map((marking) => editDistance(answer, write(itemsOf(text, marking), marking))) as [number, number];
    // Two spans of which each has lost a mark read as one; in an answer that repeats itself the whole is then not nearer to that.
    const ofTwo = [gold.findIndex(({ start }) => start === wrong.start), gold.findIndex(({ end }) => end === wrong.end)];
    const isOfTwo = ofTwo[0] !== ofTwo[1] && ofTwo.every((i) => damaged.lost.has(i)) && answer.includes(marks.open + text.slice(wrong.start, wrong.end));
    if (toOther > toGold && !isOfTwo) throw new Error(`${used.join(', ')}: ${JSON.stringify(wrong)} is not gold in ${JSON.stringify(text)}, and ${JSON.stringify(answer)} does not say so.`);
    report.otherReadings++;
    if (used.length === 1) report.otherReadingsOfOneWay++;
  }
  for (const why of annotation ? annotation.rejected.map((piece) => piece.why) : [(parsed as { reason: string }).reason]) report.rejected.set(why, (report.rejected.get(why) ?? 0) + 1);
  for (const [i, span] of gold.entries()) {
    if (damaged.lost.has(i)) continue;
    const said = fold(text.slice(span.start, span.end)).text;
    const told = [...found.map(({ start, end }) => text.slice(start, end)), ...(annotation?.rejected ?? []).map(({ piece }) => piece)];
    if (annotation && !told.some((piece) => fold(piece).text === said)) throw new Error(`${JSON.stringify(span)} of ${JSON.stringify(text)} is neither found in ${JSON.stringify(answer)} nor rejected.`);
    const counts = [report, ...(used.length === 1 ? [report.byWay.get(used[0]!)!] : [])];
    for (const count of counts) {
      count.undamaged++;
      if (isIn(found, span)) count.found++;
    }
  }
}

if (import.meta.main) {
  const answers = Number(process.argv[2] ?? 10_000);
  const began = performance.now();
  const report = readDamagedAnswers(answers, 1);
  const share = (found: number, all: number): string => `${found.toLocaleString('en')} of ${all.toLocaleString('en')} (${((100 * found) / all).toFixed(2)} %)`;
  console.log(`${answers.toLocaleString('en')} damaged answers in ${((performance.now() - began) / 1000).toFixed(0)} s: no span where the answer does not say one.`);
  console.log(`Undamaged spans found: ${share(report.found, report.undamaged)}. Spans that are not gold but what the answer says: ${report.otherReadings}, of which ${report.otherReadingsOfOneWay} with one damage.`);
  for (const [way, { found, undamaged }] of report.byWay) console.log(`  ${way.padEnd(16)} ${share(found, undamaged)}`);
  console.log(`Rejected: ${[...report.rejected].sort((a, b) => b[1] - a[1]).map(([why, count]) => `${why} ${count}`).join(', ')}`);
}
