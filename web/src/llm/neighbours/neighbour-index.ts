import { readSafetensors, writeSafetensors } from '../../../../wasm-models/weights/safetensors.ts';
import type { Document } from '../../dataset/document.ts';
import { wordsUnder } from '../../text/tags.ts';
import { textVectors, wordVectors, type EmbeddedText, type UnitVectors } from './vectors.ts';

/**
 * What makes texts alike. `entity`: an entity's word in the labelled text and a word of the text that is asked about (the entity-level retrieval of GPT-NER,
 * Wang et al. 2023); `sentence`: the texts as a whole.
 */
export type Likeness = 'entity' | 'sentence';

/** Labelled texts, ready to be searched. */
export interface NeighbourIndex extends UnitVectors {
  by: Likeness;
}

/**
 * An index of labelled texts and their embeddings, which come a group at a time in the order of the texts. By `entity`, a text without a labelled word
 * is in no place of it.
 */
export async function makeIndex(pool: readonly Pick<Document, 'spans'>[], embedded: AsyncIterable<readonly EmbeddedText[]>, dimensions: number, by: Likeness): Promise<NeighbourIndex> {
  const parts: UnitVectors[] = [];
  let first = 0;
  for await (const group of embedded) {
    const labelled = (text: number): number[] => labelledWords(pool[first + text]!, group[text]!);
    const { values, owners } = by === 'sentence' ? textVectors(group, dimensions) : wordVectors(group, dimensions, labelled);
    parts.push({ dimensions, values, owners: owners.map((text) => first + text) });
    first += group.length;
  }
  return { by, dimensions, values: joined(parts.map(({ values }) => values)), owners: Int32Array.from(parts.flatMap(({ owners }) => [...owners])) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

function labelledWords({ spans }: Pick<Document, 'spans'>, { words }: EmbeddedText): number[] {
  const labelled = new Set<number>();
  for (const span of spans) {
    const under = wordsUnder(words, span);
    for (let word = under?.first ?? 0; word <= (under?.last ?? -1); word++) labelled.add(word);
  }
  return [...labelled].sort((a, b) => a - b);
}

/** An index as the bytes of a safetensors file. `key` says what it was made of. */
export function writeIndex({ by, dimensions, values, owners }: NeighbourIndex, key: string): Uint8Array<ArrayBuffer> {
  const tensors = [
    { name: 'vectors', shape: [owners.length, dimensions], data: values },
    // Numbers up to 2²⁴ are exact in float32.
    { name: 'owners', shape: [owners.length], data: Float32Array.from(owners) },
  ];
  return writeSafetensors(tensors, { metadata: { by, key } });
}

/** The index in such bytes; null where they are none of this key. */
export function readIndex(bytes: Uint8Array, key: string): NeighbourIndex | null {
  const file = readSafetensors(bytes, 'the index of examples');
  const { by, key: madeOf } = file.metadata;
  if (madeOf !== key || (by !== 'entity' && by !== 'sentence') || !file.has('vectors') || !file.has('owners')) return null;
  return { by, dimensions: file.shape('vectors')[1]!, values: file.read('vectors'), owners: Int32Array.from(file.read('owners')) };
}
