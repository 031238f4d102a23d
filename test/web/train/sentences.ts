import type { Document, Split } from '../../../web/src/dataset/document.ts';
import type { Span, WordRange } from '../../../web/src/text/span.ts';

/** A document out of "On Monday [Mara Lindqvist](person) spoke.": words are separated by spaces. */
export function sentence(id: string, marked: string, split?: Split): Document {
  const spans: Span[] = [];
  let text = '';
  for (const [, plain, entity, type] of marked.matchAll(/([^[]+)|\[([^\]]+)\]\((\w+)\)/g)) {
    if (plain !== undefined) text += plain;
    else {
      spans.push({ start: text.length, end: text.length + entity!.length, type: type!, source: 'manual' });
      text += entity;
    }
  }
  const words: WordRange[] = [...text.matchAll(/\S+/g)].map((match) => [match.index, match.index + match[0].length]);
  return { id, text, words, spans, origin: { file: 'test', line: 1 }, ...(split ? { split } : {}) };
}

const people = ['Mara Lindqvist', 'Nuno', 'Ines Moreau', 'Tom Abernathy', 'Greta Olsen'];
const places = ['Old Quay', 'Ketterby', 'Cobble Haven', 'Ashlock', 'Saltmarsh Lane'];
const frames = ['On Monday [P](person) went to [L](place) .', 'The road to [L](place) is closed , said [P](person) .', 'Nobody came .', '[P](person) was born in [L](place) in 1950 .'];

/** Twenty sentences with two types, the same every time. */
export function twentySentences(split: Split = 'train'): Document[] {
  return Array.from({ length: 20 }, (_, index) => {
    const frame = frames[index % frames.length]!;
    return sentence(`${split}-${index}`, frame.replace('[P]', `[${people[index % 5]}]`).replace('[L]', `[${places[(index * 3 + 1) % 5]}]`), split);
  });
}
