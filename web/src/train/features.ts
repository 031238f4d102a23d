import { countOwnedWords, type Window } from '../encode/windows.ts';
import { plannedSteps } from './batches.ts';
import { passes, type Forward, type PassOptions } from './label-windows.ts';
import type { Prepared } from './prepare.ts';

/** What a frozen encoder makes of texts: by window, the vectors of the words it owns, `[words, hidden]`. */
export type Features = Map<Window, Float32Array>;

/** Most bytes of features that are kept: 350,000 words at 384 numbers each, or 14,000 sentences of 25 words. */
export const MOST_FEATURE_BYTES = 512 * 2 ** 20;

/** Windows that a run reads more than once: those its steps draw, each once, and the texts that choose the parameters. Few steps on many texts draw only some. */
export function repeatedWindows(prepared: Pick<Prepared, 'recipe' | 'train' | 'choose'>): Window[] {
  const { recipe, train, choose } = prepared;
  const drawn = new Set<Window>();
  let step = 0;
  for (const { windows } of plannedSteps(prepared)) {
    if (step++ === recipe.steps || drawn.size === train.windows.length) break;
    for (const window of windows) drawn.add(window);
  }
  return [...drawn, ...(choose?.windows ?? [])];
}

/** Whether the encoder runs once over each text, because nothing but the head is trained and its features take no more than `mostBytes`. Adds a note that says so. */
export function keepsFeatures(prepared: Pick<Prepared, 'recipe' | 'train' | 'choose' | 'graphs' | 'notes'>, mostBytes: number): boolean {
  const { encoder, parameters } = prepared.graphs.manifest;
  if (parameters.some(({ trainable, group }) => trainable && group !== 'head')) return false;
  const windows = repeatedWindows(prepared);
  const words = countOwnedWords(windows).toLocaleString('en');
  const bytes = featureBytes(windows, encoder.hiddenSize);
  const fits = bytes <= mostBytes;
  prepared.notes.push(
    fits
      ? `The encoder is frozen: the vectors of ${words} words were computed once, without dropout inside the encoder, and the head was trained on them.`
      : `The encoder is frozen, but the vectors of ${words} words would take ${mebibytes(bytes)}, more than the ${mebibytes(mostBytes)} that are kept: the encoder runs in every step, with its dropout.`,
  );
  return fits;
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;

export function featureBytes(windows: readonly Window[], hiddenSize: number): number {
  return countOwnedWords(windows) * hiddenSize * Float32Array.BYTES_PER_ELEMENT;
}

/** Encodes windows into `features`, those of like length together, and tells after each pass how many there are. `control` ends it early. */
export async function* encodeFeatures(encoder: Forward, windows: readonly Window[], hiddenSize: number, options: PassOptions, features: Features): AsyncGenerator<number, void> {
  for await (const { together, tokens, scores: vectors } of passes(encoder, windows, options)) {
    together.forEach((window, index) => {
      const slot = index * tokens - window.firstWord;
      features.set(window, vectors.slice((slot + window.ownedFrom) * hiddenSize, (slot + window.ownedTo) * hiddenSize));
    });
    yield features.size;
  }
}

/** Features of windows below one another, `[words, hidden]`, written into `room` where they fit. @throws Error where one of them was never encoded. */
export function stackFeatures(windows: readonly Window[], features: Features, room: Float32Array = new Float32Array()): Float32Array {
  const parts = windows.map((window) => {
    const part = features.get(window);
    if (!part) throw new Error(`Window at word ${window.firstWord} of text ${window.text} has no features: it was not encoded.`);
    return part;
  });
  const numbers = parts.reduce((sum, { length }) => sum + length, 0);
  const stacked = numbers <= room.length ? room.subarray(0, numbers) : new Float32Array(numbers);
  let offset = 0;
  for (const part of parts) {
    stacked.set(part, offset);
    offset += part.length;
  }
  return stacked;
}
