/** Everything that a key of the annotator can do, in the order of the key sheet. */
export const commands = [
  'next-word',
  'previous-word',
  'next-line',
  'previous-line',
  'text-start',
  'text-end',
  'extend-next',
  'extend-previous',
  'next-candidate',
  'previous-candidate',
  'next-overlap',
  'pick-type',
  'label-all',
  'label-all-here',
  'grow',
  'shrink',
  'grow-start',
  'shrink-start',
  'grow-character',
  'shrink-character',
  'grow-start-character',
  'shrink-start-character',
  'remove',
  'note',
  'next-suggestion',
  'previous-suggestion',
  'accept',
  'accept-all',
  'same-type',
  'next-text',
  'previous-text',
  'most-uncertain',
  'undo',
  'redo',
  'search',
  'key-sheet',
  'clear',
] as const;
export type Command = (typeof commands)[number];

/** Chords by command. A chord is written as in `Shift+ArrowRight`. */
export type Keys = Readonly<Record<Command, readonly string[]>>;

/** One chord may stand for two commands where only one of them can apply: Enter accepts a suggestion, and elsewhere labels with the usual type. */
export const defaultKeys: Keys = {
  'next-word': ['ArrowRight'],
  'previous-word': ['ArrowLeft'],
  'next-line': ['ArrowDown'],
  'previous-line': ['ArrowUp'],
  'text-start': ['Home'],
  'text-end': ['End'],
  'extend-next': ['Shift+ArrowRight'],
  'extend-previous': ['Shift+ArrowLeft'],
  'next-candidate': ['n'],
  'previous-candidate': ['Shift+n'],
  'next-overlap': ['o'],
  'same-type': ['Enter'],
  'pick-type': ['t'],
  'label-all': ['m'],
  'label-all-here': ['Shift+m'],
  grow: ['.'],
  shrink: [','],
  'grow-start': ['Shift+.'],
  'shrink-start': ['Shift+,'],
  'grow-character': ['Alt+.'],
  'shrink-character': ['Alt+,'],
  'grow-start-character': ['Shift+Alt+.'],
  'shrink-start-character': ['Shift+Alt+,'],
  remove: ['Delete', 'Backspace'],
  note: ['e'],
  'next-suggestion': ['Tab'],
  'previous-suggestion': ['Shift+Tab'],
  accept: ['Enter'],
  'accept-all': ['Shift+Enter'],
  'next-text': ['Space', 'PageDown'],
  'previous-text': ['Shift+Space', 'PageUp'],
  'most-uncertain': ['g'],
  undo: ['u', 'Control+z'],
  redo: ['Shift+u', 'Control+Shift+z', 'Control+y'],
  search: ['/'],
  'key-sheet': ['?'],
  clear: ['Escape'],
};

const PUNCTUATION: Record<string, string> = { Period: '.', Comma: ',' };

/** What a key event says, of which a chord is made. */
export interface KeyPress {
  key: string;
  code: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

/**
 * The chord of a key press, the same on every keyboard: letters by what they write (by their place where that is not Latin),
 * digits, full stop and comma by their place, because Shift writes something else on each keyboard; other signs by what they write.
 */
export function chordOf({ key, code, shiftKey, altKey, ctrlKey, metaKey }: KeyPress): string {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
  const named = digit ?? PUNCTUATION[code] ?? letter ?? (code === 'Space' ? 'Space' : key);
  const isSign = named === key && key.length === 1 && !letter && !digit && !PUNCTUATION[code];
  const held = [ctrlKey || metaKey ? 'Control' : '', shiftKey && !isSign ? 'Shift' : '', altKey ? 'Alt' : ''].filter(Boolean);
  return [...held, named].join('+');
}

/** Commands of a chord, in the order of the list. */
export function commandsOf(keys: Keys, chord: string): Command[] {
  return commands.filter((command) => keys[command].includes(chord));
}

/** Keys as the user changed them, over those that come with the program; what is not understood is left out. */
export function withChanges(changes: unknown): Keys {
  if (typeof changes !== 'object' || changes === null) return defaultKeys;
  const valid = Object.entries(changes).filter(
    ([command, chords]) => (commands as readonly string[]).includes(command) && Array.isArray(chords) && chords.every((chord) => typeof chord === 'string'),
  );
  return { ...defaultKeys, ...Object.fromEntries(valid) };
}

/** Number of the type (from 0) that a chord labels with: 1 … 9, 0 are the first ten, with Shift the next ten. A type's own key goes first. */
export function typeOfChord(types: readonly { key?: string }[], chord: string): number {
  const own = types.findIndex(({ key }) => key !== undefined && key === chord);
  if (own >= 0) return own;
  const [, shift, digit] = /^(Shift\+)?(\d)$/.exec(chord) ?? [];
  if (digit === undefined) return -1;
  const index = ((Number(digit) + 9) % 10) + (shift ? 10 : 0);
  return index < types.length && types[index]!.key === undefined ? index : -1;
}

/** The chord that a type has, as in `typeOfChord`; empty where it has none. */
export function chordOfType(types: readonly { key?: string }[], index: number): string {
  const own = types[index]?.key;
  if (own !== undefined) return own;
  return index < 20 ? `${index < 10 ? '' : 'Shift+'}${(index + 1) % 10}` : '';
}
