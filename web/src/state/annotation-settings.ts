import type { Example } from '../llm/annotate/annotation.ts';
import { annotateInputs, countInputs, drawExamples, type Grouping, type PlacedInput } from '../llm/annotate/inputs.ts';
import type { AnnotateSettings } from '../llm/annotate/prompt.ts';
import type { PromptTemplate } from '../llm/annotate/template.ts';
import type { Likeness } from '../llm/neighbours/neighbour-index.ts';
import type { DocumentRecord } from '../storage/schema.ts';

/** All that an annotation by an LLM is made of besides the texts. Plain JSON: it is stored with the job, and with it the same requests are made again. */
export interface AnnotationSettings extends Grouping, AnnotateSettings {
  /** Places of the texts in the data set. */
  positions: readonly number[];
  /** Examples in each request. */
  examples: number;
  /** Labelled texts that examples are drawn from, as they were when the job began: later edits would make other requests of it, to be paid again. */
  pool: readonly Example[];
  /** Which examples: drawn at random by seed, or those most alike. */
  neighbours: Likeness | 'random';
  /** For each of `positions` the numbers in `pool` of the examples most alike, the most alike first; null where they are drawn. */
  nearest: readonly (readonly number[])[] | null;
  /** Whether each span is asked about again. */
  verify: boolean;
  verification: PromptTemplate;
  /** Requests at once; null: as many as the source takes. */
  atOnce: number | null;
  seed: number;
}

/** Labelled texts kept to draw examples from. */
export const POOL = 500;

/** Texts with labels that were made by hand, or came with the file: the first so many, those of test left out, so that scores on them stay honest. */
export function poolOf(records: readonly DocumentRecord[]): Example[] {
  const pool: Example[] = [];
  for (const { document } of records) {
    if (document.split === 'test' || !document.spans.some(({ source }) => source === 'manual')) continue;
    pool.push({ text: document.text, spans: document.spans.map(({ start, end, type }) => ({ start, end, type })) });
    if (pool.length === POOL) break;
  }
  return pool;
}

/** The texts that are still there, with their places in the data set. */
export function textsOf({ positions }: AnnotationSettings, documentAt: (position: number) => DocumentRecord | undefined): { position: number; text: string }[] {
  return positions.flatMap((position) => {
    const record = documentAt(position);
    return record?.document.text.trim() ? [{ position, text: record.document.text }] : [];
  });
}

/** What is asked, request by request. */
export function inputsOf(settings: AnnotationSettings, texts: readonly { position: number; text: string }[]): { inputs: Iterable<PlacedInput>; total: number } {
  const plain = texts.map(({ text }) => text);
  const chosen = examplesFor(settings, texts);
  const inputs = (): Generator<PlacedInput, void> => annotateInputs(plain, settings, chosen);
  return { inputs: { [Symbol.iterator]: inputs }, total: countInputs(plain.length, settings) };
}

type ExampleSettings = Pick<AnnotationSettings, 'positions' | 'pool' | 'examples' | 'nearest' | 'seed'>;

/** The examples of each request: those most alike where they were found, else drawn. */
export function examplesFor(settings: ExampleSettings, texts: readonly { position: number; text: string }[]): (asked: readonly string[]) => Example[] {
  return settings.nearest ? mostAlike(settings, texts) : drawExamples(settings.pool, settings.examples, settings.seed);
}

/** The examples most alike to the texts of a request: the first of each text, then the second of each, and so on. The most alike stand last, next to the question. */
function mostAlike({ positions, nearest, pool, examples }: ExampleSettings, texts: readonly { position: number; text: string }[]): (asked: readonly string[]) => Example[] {
  const byPosition = new Map(positions.map((position, i) => [position, nearest?.[i] ?? []]));
  const byText = new Map(texts.map(({ position, text }) => [text, byPosition.get(position) ?? []]));
  return (asked) => {
    const numbers = new Set<number>();
    for (let rank = 0; rank < examples; rank++) for (const text of asked) numbers.add(byText.get(text)?.[rank] ?? -1);
    const chosen = [...numbers].filter((number) => number >= 0).slice(0, examples);
    return chosen.flatMap((number) => pool[number] ?? []).reverse();
  };
}
