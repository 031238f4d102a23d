import { readSafetensors, writeSafetensors } from '../../../../wasm-models/weights/safetensors.ts';
import type { Document } from '../../dataset/document.ts';
import { wordsUnder } from '../../text/tags.ts';
import { WordCounts } from './plain-words.ts';
import { copyDirection, wholeText, type EmbeddedText, type UnitVectors } from './vectors.ts';

/**
 * What makes texts alike. `entity`: an entity's word in the labelled text and a word of the text that is asked about (the entity-level retrieval of GPT-NER,
 * Wang et al. 2023), where words that are no part of entities ask nothing; `sentence`: the texts as a whole.
 */
export type Likeness = 'entity' | 'sentence';

/** Labelled texts, ready to be searched. */
export interface NeighbourIndex extends UnitVectors {
  by: Likeness;
  /** Words that are no part of entities, in lower case; none by `sentence`. */
  plain: ReadonlySet<string>;
}

/**
 * An index of labelled texts and their embeddings, which come a group at a time in the order of the texts. By `entity`, a text without a labelled word
 * is in no place of it.
 */
export async function makeIndex(pool: readonly Pick<Document, 'text' | 'spans'>[], embedded: AsyncIterable<readonly EmbeddedText[]>, dimensions: number, by: Likeness): Promise<NeighbourIndex> {
  const counts = new WordCounts();
  const parts: Float32Array[] = [];
  const owners: number[] = [];
  let number = 0;
  const add = (vector: Float32Array): void => {
    parts.push(vector);
    owners.push(number);
  };
  for await (const group of embedded) {
    for (const one of group) {
      if (by === 'sentence') {
        const whole = wholeText(one, dimensions);
        if (whole.length > 0) add(whole);
      } else {
        const { text, spans } = pool[number]!;
        const labelled = labelledWords(spans, one);
        for (const word of labelled) add(one.vectors.slice(word * dimensions, (word + 1) * dimensions));
        counts.add(text, one.words, labelled);
      }
      number++;
    }
  }
  const values = new Float32Array(parts.length * dimensions);
  parts.forEach((vector, row) => copyDirection(vector, 0, dimensions, values, row * dimensions));
  return { by, dimensions, values, owners: Int32Array.from(owners), plain: counts.plain() };
}

/** Numbers of the words that are in an entity, ascending. */
function labelledWords(spans: Document['spans'], { words }: EmbeddedText): Set<number> {
  const labelled = new Set<number>();
  for (const span of spans) {
    const under = wordsUnder(words, span);
    for (let word = under?.first ?? 0; word <= (under?.last ?? -1); word++) labelled.add(word);
  }
  return new Set([...labelled].sort((a, b) => a - b));
}

/** An index as the bytes of a safetensors file. `key` says what it was made of. */
export function writeIndex({ by, dimensions, values, owners, plain }: NeighbourIndex, key: string): Uint8Array<ArrayBuffer> {
  const tensors = [
    { name: 'vectors', shape: [owners.length, dimensions], data: values },
    // Numbers up to 2²⁴ are exact in float32.
    { name: 'owners', shape: [owners.length], data: Float32Array.from(owners) },
  ];
  return writeSafetensors(tensors, { metadata: { by, key, plain: JSON.stringify([...plain]) } });
}

/** The index in such bytes; null where they are none of this key. */
export function readIndex(bytes: Uint8Array, key: string): NeighbourIndex | null {
  const file = readSafetensors(bytes, 'the index of examples');
  const { by, key: madeOf, plain } = file.metadata;
  if (madeOf !== key || (by !== 'entity' && by !== 'sentence') || plain === undefined || !file.has('vectors') || !file.has('owners')) return null;
  return { by, dimensions: file.shape('vectors')[1]!, values: file.read('vectors'), owners: Int32Array.from(file.read('owners')), plain: new Set(JSON.parse(plain) as string[]) };
}
