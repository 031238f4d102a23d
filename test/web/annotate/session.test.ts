import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands, type Command } from '../../../web/src/annotate/keys.ts';
import { begin, labelWith, perform, type Session } from '../../../web/src/annotate/session.ts';
import { splitWords } from '../../../web/src/text/words.ts';
import { dataSets } from '../dataset/arbitrary.ts';
import { chosen, sessionOf, shown } from './place.ts';

const after = (marked: string, ...keys: (Command | `=${string}` | `+${string}`)[]): Session =>
  keys.reduce((session, key) => (key.startsWith('=') || key.startsWith('+') ? labelWith(session, key.slice(1), key.startsWith('+')) : perform(session, key as Command)), sessionOf(marked));

describe('keys in a text', () => {
  it('move the cursor by words, and a longer stretch becomes one word', () => {
    expect(chosen(after('Mara met Nuno.', 'next-word'))).toBe('met');
    expect(chosen(after('Mara met Nuno.', 'extend-next', 'next-word'))).toBe('Nuno');
    expect(chosen(after('Mara met Nuno.', 'text-end', 'next-word'))).toBe('.');
    expect(chosen(after('Mara met Nuno.', 'previous-word'))).toBe('Mara');
  });

  it('extend it to both sides of where it began', () => {
    expect(chosen(after('a b c d', 'next-word', 'extend-next', 'extend-next'))).toBe('b c d');
    expect(chosen(after('a b c d', 'next-word', 'next-word', 'extend-previous', 'extend-previous'))).toBe('a b c');
    expect(chosen(after('a b c d', 'next-word', 'extend-next', 'extend-previous', 'extend-previous'))).toBe('a b');
  });

  it('label what is chosen, and change the type of a label under the cursor', () => {
    expect(shown(after('Mara Lind left.', 'extend-next', '=person').document)).toBe('[Mara Lind:person] left.');
    expect(shown(after('[Mara Lind:place] left.', '=person').document)).toBe('[Mara Lind:person] left.');
    expect(shown(after('[Mara Lind:place] left.', 'next-word', '=person').document)).toBe('[Mara Lind:person] left.');
  });

  it('put a label of several words in place of those it overlaps, or with Alt on top of them', () => {
    expect(shown(after('[New York:place] Times', 'text-start', 'extend-next', 'extend-next', '=paper').document)).toBe('[New York Times:paper]');
    const onTop = after('[New York:place] Times', 'text-start', 'extend-next', 'extend-next', '+paper').document;
    expect(onTop.spans.map(({ start, end, type }) => [start, end, type])).toEqual([
      [0, 14, 'paper'],
      [0, 8, 'place'],
    ]);
  });

  it('go from one overlapping label to the next', () => {
    const both = after('[New York:place] Times', 'text-start', 'extend-next', 'extend-next', '+paper');
    expect([both, perform(both, 'next-overlap'), perform(perform(both, 'next-overlap'), 'next-overlap')].map(({ picked }) => picked?.type)).toEqual([undefined, 'paper', 'place']);
  });

  it('grow and shrink a label at both edges, by words and by characters', () => {
    expect(shown(after('the [Old:place] Quay', 'next-word', 'grow').document)).toBe('the [Old Quay:place]');
    expect(shown(after('the [Old Quay:place]', 'text-end', 'shrink').document)).toBe('the [Old:place] Quay');
    expect(shown(after('the [Old Quay:place]', 'text-end', 'grow-start', 'shrink-start', 'shrink-start').document)).toBe('the Old [Quay:place]');
    expect(shown(after('[Oslo:place]', 'shrink-character', 'shrink-start-character').document)).toBe('O[sl:place]o');
    expect(after('[Oslo:place]', 'shrink').document.spans).toHaveLength(1);
  });

  it('keep emoji and combining marks whole when they move by characters', () => {
    expect(chosen(after('x 👩‍👧e\u0301', 'next-word', 'shrink-character'))).toBe('👩‍👧');
  });

  it('find what looks like a name, past labels, and links inside names', () => {
    expect(chosen(after('He met the Bank of England in Oslo.', 'next-candidate'))).toBe('Bank of England');
    expect(chosen(after('He met the [Bank of England:org] in Oslo.', 'next-candidate'))).toBe('Oslo');
    expect(chosen(after('He met the Bank of England in Oslo.', 'next-candidate', 'next-candidate', 'previous-candidate'))).toBe('Bank of England');
    const none = sessionOf('nothing here');
    expect(perform(none, 'next-candidate')).toBe(none);
  });
});

describe('suggestions', () => {
  it('are what a text begins with; deciding on one goes on to the next', () => {
    const session = sessionOf('so {Mara:person:0.9} met {Nuno:place:0.4}.');
    expect(chosen(session)).toBe('Mara');
    const accepted = perform(session, 'accept');
    expect(shown(accepted.document)).toBe('so [Mara:person] met {Nuno:place:0.4}.');
    expect(chosen(accepted)).toBe('Nuno');
    expect(shown(labelWith(accepted, 'person').document)).toBe('so [Mara:person] met [Nuno:person].');
    expect(shown(perform(accepted, 'remove').document)).toBe('so [Mara:person] met Nuno.');
  });

  it('are accepted with other edges when the cursor was grown before', () => {
    expect(shown(after('{Mara:person} Lind left', 'grow', 'accept').document)).toBe('[Mara Lind:person] left');
  });

  it('remember what became of them', () => {
    const { document } = after('{Mara:person} met {Nuno:place} and {Ada:person}', 'accept', '=person', 'remove');
    expect(document.suggestions?.map(({ decided }) => decided)).toEqual(['accepted', 'rejected', 'rejected']);
    expect(document.spans.map(({ source, type }) => `${source} ${type}`)).toEqual(['manual person', 'manual person']);
  });

  it('are accepted all at once, the surer of two that overlap, and never over a label', () => {
    const { document } = after('[Old:place] {Quay:place:0.9} x', 'accept-all');
    expect(shown(document)).toBe('[Old:place] [Quay:place] x');
    const session = sessionOf('Old Quay Hall');
    const both = { ...session, document: { ...session.document, suggestions: [{ start: 0, end: 8, type: 'place', source: 'model' as const, score: 0.5, layer: 'l' }, { start: 4, end: 13, type: 'building', source: 'model' as const, score: 0.8, layer: 'l' }] } };
    expect(shown(perform(both, 'accept-all').document)).toBe('Old [Quay Hall:building]');
  });

  it('that a label answers are no longer open', () => {
    const { document } = after('x {Mara:place} y', 'previous-word', 'extend-next', '=person');
    expect(shown(document)).toBe('[x Mara:person] y');
  });
});

describe('whatever keys are pressed', () => {
  const key = fc.oneof(fc.constantFrom(...commands), fc.constantFrom('=person', '=place', '+person'));

  it('the text stays, spans stay inside it and never cut a character, and without Alt no two labels made by hand overlap', () => {
    fc.assert(
      fc.property(dataSets(1).map(({ documents }) => documents[0]!), fc.array(key, { maxLength: 30 }), (given, keys) => {
        const document = { ...given, spans: [] };
        const words = given.words ?? splitWords(given.text, 'en');
        let session = begin(document, words);
        for (const pressed of keys) {
          session = pressed.startsWith('=') || pressed.startsWith('+') ? labelWith(session, pressed.slice(1), pressed.startsWith('+')) : perform(session, pressed as Command);
          const { spans, text } = session.document;
          expect(text).toBe(given.text);
          for (const { start, end } of [...spans, session.cursor]) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeLessThanOrEqual(text.length);
            expect(/[\udc00-\udfff]/.test(text.charAt(start)) && /[\ud800-\udbff]/.test(text.charAt(start - 1))).toBe(false);
            expect(/[\udc00-\udfff]/.test(text.charAt(end)) && /[\ud800-\udbff]/.test(text.charAt(end - 1))).toBe(false);
          }
          expect(spans.every((span) => span.start < span.end)).toBe(true);
        }
        if (!keys.some((pressed) => pressed.startsWith('+'))) {
          const { spans } = session.document;
          const clash = spans.some((a, i) => spans.some((b, j) => i < j && a.start < b.end && b.start < a.end));
          if (!keys.some((pressed) => /^(?:grow|shrink)/.test(pressed))) expect(clash).toBe(false);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
