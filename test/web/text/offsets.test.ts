import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePointsToUtf16, isInsidePair, utf16ToCodePoints } from '../../../web/src/text/offsets.ts';

describe('offsets', () => {
  it('counts a surrogate pair as one code point', () => {
    expect(utf16ToCodePoints('a😂b')(3)).toBe(2);
    expect(codePointsToUtf16('a😂b')(2)).toBe(3);
  });

  it('agrees with the iteration of the string, there and back, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'é', '北', '😂', '\ud800', '\udc00')), (parts) => {
        const text = parts.join('');
        const points = [...text];
        const [toUtf16, toPoints] = [codePointsToUtf16(text), utf16ToCodePoints(text)];
        for (let i = 0; i <= points.length; i++) {
          expect(toUtf16(i)).toBe(points.slice(0, i).join('').length);
          expect(toPoints(toUtf16(i))).toBe(i);
        }
      }),
    );
  });

  it('leaves an offset past the end out of range', () => {
    expect(codePointsToUtf16('😂')(2)).toBeGreaterThan(2);
    expect(codePointsToUtf16('a')(2)).toBeGreaterThan(1);
  });
});

describe('isInsidePair', () => {
  it('is true between the halves of a character and nowhere else', () => {
    expect([0, 1, 2, 3, 4, 5].filter((offset) => isInsidePair('a😂é', offset))).toEqual([2]);
    expect([0, 1, 2].some((offset) => isInsidePair('\ud83da\ude02', offset))).toBe(false);
  });
});
