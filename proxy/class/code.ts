import { randomInt } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const lookAlikes: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };
const length = 12;

/** Letters that say which class is meant; the others are the secret. */
export const addressLetters = 4;

/** A join code of 60 random bits, 40 of them secret also for whoever knows its beginning. */
export function makeCode(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

/** `XXXX-XXXX-XXXX` */
export function printCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** As typed by a person: case, dashes and blanks do not matter, nor do letters that look like digits. */
export function readCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s\-–—]/g, '').replace(/[OIL]/g, (letter) => lookAlikes[letter]!);
}
