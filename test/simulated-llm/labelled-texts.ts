import { fork } from '../../web/src/dataset/random.ts';
import type { Span } from '../../web/src/text/span.ts';

/** Types of the spans in `labelledTexts`. */
export const types = ['person', 'place', 'team', 'product'];

/** Texts of thirty words, no two alike, in which about every seventh word begins an entity of one to three words. */
export function labelledTexts(count: number, seed = 7): { text: string; spans: Span[] }[] {
  const random = fork(seed, 'labelled texts');
  return Array.from({ length: count }, (_, number) => {
    let text = `Note ${number}:`;
    const spans: Span[] = [];
    for (let word = 0; word < 30; word++) {
      const isEntity = random.float() < 0.15;
      const words = isEntity ? Array.from({ length: 1 + random.integer(3) }, () => `N${random.integer(500).toString(36)}`) : [`w${random.integer(900).toString(36)}`];
      text += ' ';
      if (isEntity) spans.push({ start: text.length, end: text.length + words.join(' ').length, type: types[random.integer(types.length)]!, source: 'manual' });
      text += words.join(' ');
    }
    return { text: `${text}.`, spans };
  });
}
