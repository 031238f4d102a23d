import { chosenRange, labelWith, perform, type Session } from '../../web/src/annotate/session.ts';
import { openSuggestions } from '../../web/src/annotate/edits.ts';
import { defaultKeys, type Command } from '../../web/src/annotate/keys.ts';
import type { Document } from '../../web/src/dataset/document.ts';
import type { Span } from '../../web/src/text/span.ts';

/** Keys pressed one after the other: how often each. A key that is held counts once. */
export interface Presses {
  keys: { key: string; times: number }[];
}

export const counted = ({ keys }: Presses): number => keys.length;
export const single = ({ keys }: Presses): number => keys.reduce((sum, { times }) => sum + times, 0);

interface State {
  session: Session;
  pressed: { key: string; times: number }[];
}

const is = (span: { start: number; end: number }, wanted: Span): boolean => span.start === wanted.start && span.end === wanted.end;

/** A key that is held is one key, and still takes its time. */
const effort = ({ pressed }: State): number => counted({ keys: pressed }) + 0.4 * (single({ keys: pressed }) - counted({ keys: pressed }));

/** Somebody who knows the right labels and the keys, and takes the shortest way that they see from where they are. */
export class Hand {
  readonly #types: readonly string[];

  constructor(types: readonly string[]) {
    this.#types = types;
  }

  /** Presses whatever makes the labels of a text the wanted ones; the text as it is then. */
  annotate(begun: Session, wanted: readonly Span[]): { presses: Presses; document: Document } {
    let state: State = { session: begun, pressed: [] };
    const missing = () => wanted.filter((span) => !state.session.document.spans.some((other) => is(other, span) && other.type === span.type));
    // First what is suggested: accepted as it is, with another type, with other edges, or rejected.
    while (openSuggestions(state.session.document).length > 0) {
      const open = openSuggestions(state.session.document);
      if (open.every((suggestion) => missing().some((span) => is(suggestion, span) && span.type === suggestion.type))) {
        state = this.#press(state, 'accept-all');
        break;
      }
      if (!state.session.picked) state = this.#press(state, 'next-suggestion');
      const on = state.session.picked!;
      const meant = missing().find((span) => is(on, span)) ?? missing().find((span) => span.start < on.end && on.start < span.end);
      const resized = meant && this.#resized(state, meant);
      if (!meant || !resized || counted({ keys: resized.pressed }) - counted({ keys: state.pressed }) > 2) state = this.#press(state, 'remove');
      else state = meant.type === on.type ? this.#press(resized, 'accept') : this.#label(resized, meant.type);
    }
    for (const label of state.session.document.spans.filter((span) => !wanted.some((other) => is(other, span) && other.type === span.type))) {
      throw new Error(`Nobody asked for the label ${label.type} at ${label.start}.`);
    }
    for (let span = missing()[0]; span; span = missing()[0]) {
      const near = [...missing()].sort((a, b) => effort(this.#way(state, a)!) - effort(this.#way(state, b)!) || a.start - b.start)[0]!;
      state = this.#label(this.#way(state, near)!, near.type);
    }
    return { presses: { keys: state.pressed }, document: state.session.document };
  }

  /** The fewest keys from the cursor to a stretch: to a candidate and its edges, or word by word. */
  #way(from: State, wanted: Span): State | null {
    const ways: State[] = [];
    let atCandidate: State | null = from;
    for (let i = 0; i < 40 && atCandidate; i++) {
      const resized = this.#resized(atCandidate, wanted);
      if (resized) ways.push(resized);
      const next: State = this.#press(atCandidate, 'next-candidate');
      atCandidate = next.session === atCandidate.session ? null : next;
    }
    for (const start of [from, this.#press(from, 'text-start'), this.#press(from, 'text-end')]) {
      let walked: State | null = start;
      const step: Command = start.session.cursor.start <= wanted.start ? 'next-word' : 'previous-word';
      for (let i = 0; i < 300 && walked && walked.session.cursor.start !== wanted.start; i++) {
        const next: State = this.#press(walked, step);
        walked = next.session.cursor.start === walked.session.cursor.start ? null : next;
      }
      for (let i = 0; i < 60 && walked && walked.session.cursor.end < wanted.end; i++) walked = this.#press(walked, 'extend-next');
      if (walked && is(walked.session.cursor, wanted)) ways.push(walked);
    }
    return ways.reduce<State | null>((best, way) => (best && effort(best) <= effort(way) ? best : way), null);
  }

  /** The edges moved until they are right; null where the cursor does not touch the wanted stretch. */
  #resized(from: State, wanted: Span): State | null {
    let state = from;
    const range = () => chosenRange(state.session);
    if (range().start >= wanted.end || range().end <= wanted.start) return null;
    const until = (command: Command, goOn: () => boolean): void => {
      for (let i = 0; i < 60 && goOn(); i++) {
        const next = this.#press(state, command);
        if (next.session === state.session) return;
        state = next;
      }
    };
    // On a label that is there already, these keys would change the label.
    if (state.session.document.spans.some((span) => span.start < range().end && range().start < span.end)) return null;
    until('shrink', () => range().end > wanted.end);
    until('grow', () => range().end < wanted.end);
    until('shrink-start', () => range().start < wanted.start);
    until('grow-start', () => range().start > wanted.start);
    return is(range(), wanted) ? state : null;
  }

  #press({ session, pressed }: State, command: Command): State {
    return { session: perform(session, command), pressed: added(pressed, defaultKeys[command][0]!) };
  }

  #label({ session, pressed }: State, type: string): State {
    return { session: labelWith(session, type), pressed: added(pressed, String((this.#types.indexOf(type) + 1) % 10)) };
  }
}

function added(pressed: State['pressed'], key: string): State['pressed'] {
  const last = pressed.at(-1);
  // Only keys that move or resize can be held.
  return last?.key === key && /Arrow|^(?:Shift\+)?[.,]$/.test(key) ? [...pressed.slice(0, -1), { key, times: last.times + 1 }] : [...pressed, { key, times: 1 }];
}
