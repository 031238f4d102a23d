import type { TypedRange } from '../annotate/annotation.ts';
import { chancesOf, outcome, type Chances } from './chance.ts';
import type { Gold, GoldText } from './gold.ts';
import { errorRates, type ErrorRates, type SimulatedSettings } from './settings.ts';

/** An annotator that knows the gold spans and errs as often as it is told. What it says of a span is the same in whatever order and form it is asked. */
export class SimulatedAnnotator {
  readonly gold: Gold;
  readonly settings: SimulatedSettings;
  readonly #rates: ErrorRates;
  readonly #types: readonly string[];

  /** @throws RangeError where the settings contradict each other */
  constructor(gold: Gold, settings: SimulatedSettings) {
    this.gold = gold;
    this.settings = settings;
    this.#rates = errorRates(settings, gold.counts);
    this.#types = [...gold.counts.keys()];
  }

  /** The spans that it gives a text, of all types, in order. */
  annotate(text: GoldText, draw: number): TypedRange[] {
    const chances = chancesOf(this.settings.seed, draw, text.text);
    const given = [...text.spans.flatMap((span) => this.#givenFor(span, text, chances)), ...this.#invented(text, chances)];
    return given.sort((a, b) => a.start - b.start || a.end - b.end);
  }

  /** Whether it says that a span is of a type. */
  verify({ text, spans }: GoldText, asked: TypedRange, draw: number): boolean {
    const isGold = spans.some(({ start, end, type }) => start === asked.start && end === asked.end && type === asked.type);
    const { yes, no } = this.settings.verification;
    const drawn = chancesOf(this.settings.seed, draw, text).for(`verify ${asked.start} ${asked.end} ${asked.type}`).float();
    return isGold ? drawn < yes : drawn >= no;
  }

  #givenFor(span: TypedRange, text: GoldText, chances: Chances): TypedRange[] {
    const { recall, overlap, borders } = this.settings;
    const name = `${span.start} ${span.end} ${span.type}`;
    const { start, end, type } = span;
    const others = [...this.#rates.confused(type)].map(([other, share]) => [{ confusedWith: other }, share] as const);
    const fate = outcome<'right' | 'moved' | { confusedWith: string }>(chances.for(`fate ${name}`), [['right', recall], ['moved', borders], ...others]);
    if (fate === null) return [];
    if (fate === 'moved') return moved(span, text, chances.for(`border ${name}`).integer(2) === 0);
    if (fate !== 'right') return [{ start, end, type: fate.confusedWith }];
    const random = chances.for(`overlap ${name}`);
    const free = this.#types.filter((other) => !text.spans.some((one) => one.start === start && one.end === end && one.type === other));
    const second = free.length > 0 && random.float() < overlap ? [{ start, end, type: free[random.integer(free.length)]! }] : [];
    return [{ start, end, type }, ...second];
  }

  /** Spans of one word where there is no entity, their types as frequent as those of gold spans. */
  #invented({ outside }: GoldText, chances: Chances): TypedRange[] {
    const { counts } = this.gold;
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const rate = (this.#rates.invented * all) / Math.max(1, this.gold.outside);
    const shares = [...counts].map(([type, count]) => [type, count / all] as const);
    const random = chances.for('invented');
    return outside.flatMap(([start, end]) => {
      if (random.float() >= rate) return [];
      const type = outcome(chances.for(`type ${start}`), shares);
      return type === null ? [] : [{ start, end, type }];
    });
  }
}

/** A span with a word less at one end, or one more where it is a single word; nothing where there is none that is free. */
function moved({ start, end, type }: TypedRange, { words, spans }: GoldText, atEnd: boolean): TypedRange[] {
  const inside = words.filter(([from, to]) => from >= start && to <= end);
  if (inside.length > 1) return [atEnd ? { start, end: inside.at(-2)![1], type } : { start: inside[1]![0], end, type }];
  const isFree = ([from, to]: readonly [number, number]): boolean => !spans.some((span) => span.start < to && from < span.end);
  const next = words.find(([from]) => from >= end);
  if (next && isFree(next)) return [{ start, end: next[1], type }];
  const last = words.findLast(([, to]) => to <= start);
  return last && isFree(last) ? [{ start: last[0], end, type }] : [];
}
