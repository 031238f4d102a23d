import { forEachOwnedWord, paddedLength, toBatch, type BatchOptions } from '../encode/batch.ts';
import type { Window } from '../encode/windows.ts';
import type { Engine, TaggerSession } from '../engine/engine.ts';
import { takeMessages, type Control } from './control.ts';

/** The likeliest label of each word of a text. */
export interface WordLabels {
  /** `[words]` indices into the labels. */
  labels: Int32Array;
  /** `[words]` softmax probability of that label. */
  probabilities: Float32Array;
}

/** What gives numbers for every word slot of a batch. */
export type Forward = Pick<TaggerSession, 'logits'>;

export interface PassOptions extends Omit<BatchOptions, 'tokens' | 'size'> {
  engine: Pick<Engine, 'kind' | 'padding'>;
  /** Looked at between two passes. */
  control?: Control | undefined;
}

/** Texts a forward pass without gradients. */
export const TEXTS_A_PASS = 32;

/**
 * Tokens of a pass on the CPU: what a layer makes of more doesn't stay in its caches until the next operator reads it. On one thread
 * passes of 1,000 tokens take a fifth less time than passes of 2,000 (MiniLM); still smaller ones leave threads waiting for each other.
 */
const CPU_TOKENS_A_PASS = 1024;

/** Labels every word of the texts the windows were cut from; the order is the texts'. Null where it was stopped. */
export async function labelWindows(session: Forward, windows: readonly Window[], wordCounts: readonly number[], options: PassOptions & { labels: number }): Promise<WordLabels[] | null> {
  const { results, record } = likeliestLabels(wordCounts);
  const done = await passWindows(session, windows, options, record);
  return done ? results : null;
}

/** The likeliest labels of texts, gathered from the scores `[labels]` of their words in any order. */
export function likeliestLabels(wordCounts: readonly number[]): { results: WordLabels[]; record: (text: number, word: number, scores: Float32Array) => void } {
  const results = wordCounts.map((count) => ({ labels: new Int32Array(count), probabilities: new Float32Array(count) }));
  return {
    results,
    record(text, word, scores) {
      const best = largest(scores);
      results[text]!.labels[word] = best;
      results[text]!.probabilities[word] = softmaxAt(scores, best);
    },
  };
}

/** Visits what the graph gives for every word, `[labels]`; it is a view. Windows of like length go together. False where it was stopped. */
export async function passWindows(session: Forward, windows: readonly Window[], options: PassOptions & { labels: number }, visit: (text: number, word: number, scores: Float32Array) => void): Promise<boolean> {
  let done = 0;
  for await (const { together, tokens, scores } of passes(session, windows, options)) {
    forEachOwnedWord(together, scores, tokens, options.labels, visit);
    done += together.length;
  }
  return done === windows.length;
}

/** Windows that went together, and what the graph gave for each of their word slots, `[together or more, tokens, …]`. */
export interface Pass {
  together: readonly Window[];
  tokens: number;
  scores: Float32Array;
}

/** Forward passes over windows, those of like length together. `control` ends them early. */
export async function* passes(session: Forward, windows: readonly Window[], options: PassOptions): AsyncGenerator<Pass, void> {
  const sorted = windows.toSorted((a, b) => a.ids.length - b.ids.length);
  // Captured graphs have one size each: that of a full batch, and 1 for the text that someone is typing.
  const { kind, padding } = options.engine;
  const fixedSize = 'lengths' in padding && sorted.length > 1 ? { size: TEXTS_A_PASS } : {};
  for (let first = 0; first < sorted.length; ) {
    if (options.control) {
      await takeMessages();
      if (options.control.stopped) return;
    }
    const size = kind === 'webgpu' ? TEXTS_A_PASS : textsThatFit(sorted, first);
    const together = sorted.slice(first, first + size);
    first += size;
    const tokens = paddedLength(together, padding);
    yield { together, tokens, scores: await session.logits(toBatch(together, { ...options, ...fixedSize, tokens })) };
  }
}

/** Of windows sorted by length, how many from `first` on fill a pass on the CPU; one at least. */
function textsThatFit(sorted: readonly Window[], first: number): number {
  let size = 1;
  while (size < TEXTS_A_PASS && (size + 1) * (sorted[first + size]?.ids.length ?? Infinity) <= CPU_TOKENS_A_PASS) size++;
  return size;
}

function largest(scores: Float32Array): number {
  let best = 0;
  for (let label = 1; label < scores.length; label++) if (scores[label]! > scores[best]!) best = label;
  return best;
}

/** Softmax of the largest score: 1 / Σ exp(score − largest). */
function softmaxAt(scores: Float32Array, best: number): number {
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - scores[best]!);
  return 1 / sum;
}
