const signs: Record<string, string> = { ArrowRight: '→', ArrowLeft: '←', ArrowUp: '↑', ArrowDown: '↓', Shift: '⇧', Control: 'Ctrl', Alt: 'Alt', Escape: 'Esc', Delete: 'Del', Backspace: '⌫', Enter: 'Enter', PageDown: 'PgDn', PageUp: 'PgUp' };

/** A chord as it is drawn: `Shift+ArrowRight` → `⇧→`. */
export function chordText(chord: string): string {
  const parts = chord.split('+').filter(Boolean);
  if (chord.endsWith('+')) parts.push('+');
  return parts.map((part) => signs[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(parts.some((part) => part === 'Control' || part === 'Alt') ? '+' : '');
}
