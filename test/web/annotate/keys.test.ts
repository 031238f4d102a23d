import { describe, expect, it } from 'vitest';
import { chordOf, chordOfType, commands, commandsOf, defaultKeys, typeOfChord, withChanges, type KeyPress } from '../../../web/src/annotate/keys.ts';

const press = (key: string, code: string, held: Partial<KeyPress> = {}): string => chordOf({ key, code, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...held });

describe('the chord of a key press', () => {
  it('is the same on every keyboard: digits, full stop and comma by their place', () => {
    expect(press('1', 'Digit1')).toBe('1');
    expect(press('&', 'Digit1')).toBe('1'); // AZERTY
    expect(press('!', 'Digit1', { shiftKey: true })).toBe('Shift+1');
    expect(press(':', 'Period', { shiftKey: true })).toBe('Shift+.'); // QWERTZ
    expect(press('>', 'Period', { shiftKey: true })).toBe('Shift+.'); // QWERTY
    expect(press('1', 'Numpad1')).toBe('1');
  });

  it('is a letter by what it writes, and by its place where that is not Latin', () => {
    expect(press('m', 'Semicolon')).toBe('m'); // AZERTY
    expect(press('ь', 'KeyM')).toBe('m');
    expect(press('M', 'KeyM', { shiftKey: true })).toBe('Shift+m');
    expect(press('µ', 'KeyM', { altKey: true })).toBe('Alt+m');
  });

  it('is a sign by what it writes, without the Shift that this keyboard needs for it', () => {
    expect(press('?', 'Minus', { shiftKey: true })).toBe('?');
    expect(press('/', 'Digit7', { shiftKey: true })).toBe('Shift+7'); // a digit's place is a type's key
    expect(press('/', 'Slash')).toBe('/');
  });

  it('takes Command for Control, and names Space', () => {
    expect(press('z', 'KeyZ', { metaKey: true })).toBe('Control+z');
    expect(press(' ', 'Space', { shiftKey: true })).toBe('Shift+Space');
  });
});

describe('keys', () => {
  it('give every command at least one chord, and only Enter two commands', () => {
    expect(commands.filter((command) => defaultKeys[command].length === 0)).toEqual([]);
    const chords = Object.values(defaultKeys).flat();
    expect(chords.filter((chord, i) => chords.indexOf(chord) !== i)).toEqual(['Enter']);
    expect(commandsOf(defaultKeys, 'Enter')).toEqual(['accept', 'same-type']);
  });

  it('that were changed go over the others; what is not understood is left out', () => {
    const keys = withChanges({ 'next-word': ['l'], nonsense: ['x'], remove: 'x', note: [1] });
    expect(keys['next-word']).toEqual(['l']);
    expect(keys).toEqual({ ...defaultKeys, 'next-word': ['l'] });
    expect(withChanges(null)).toBe(defaultKeys);
  });

  it('label with the first ten types, with Shift the next ten, and with a type’s own key', () => {
    const types = Array.from({ length: 12 }, (_, i) => (i === 2 ? { key: 'p' } : {}));
    expect(['1', '0', 'Shift+1', 'Shift+2', 'Shift+3', 'p', '3', 'x'].map((chord) => typeOfChord(types, chord))).toEqual([0, 9, 10, 11, -1, 2, -1, -1]);
    types.forEach((_, i) => expect(typeOfChord(types, chordOfType(types, i))).toBe(i));
  });
});
