import type { Keys } from './keys.ts';

/** Crockford's base 32: no I, L, O, U. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const lookAlikes: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };
const length = 12;

/** Letters that say which class is meant; the others are the secret. */
const addressLetters = 4;

/** A class's join code: 60 random bits, 40 of them secret also for whoever knows its beginning. */
export function codeOf(seed: string, keys: Keys): string {
  return Array.from(keys.derive('code', seed).subarray(0, length), (byte) => letters[byte % letters.length]).join('');
}

/** The id of the class whose code begins as this one does. */
export function classOf(code: string, keys: Keys): string {
  return keys.derive('class', code.slice(0, addressLetters)).toString('base64url').slice(0, 12);
}

/** `XXXX-XXXX-XXXX` */
export function printCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** As typed by a person: case, dashes and blanks do not matter, nor do letters that look like digits. */
export function readCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s\-–—]/g, '').replace(/[OIL]/g, (letter) => lookAlikes[letter]!);
}
