import type { Document } from '../document.ts';
import { sameText } from '../same-text.ts';

/** Documents that go to the same split. */
export interface Unit {
  positions: number[];
  /** How many spans of each type they hold together. */
  types: Map<string, number>;
}

/** Each document for itself or, with `together`, all documents of the same text (but for white space and capitals) in one unit. */
export function unitsOf(documents: readonly Document[], together: boolean): Unit[] {
  const units: Unit[] = [];
  const byText = new Map<string, Unit>();
  documents.forEach(({ text, spans }, position) => {
    const key = together ? sameText(text) : '';
    let unit = together ? byText.get(key) : undefined;
    if (!unit) {
      units.push((unit = { positions: [], types: new Map() }));
      if (together) byText.set(key, unit);
    }
    unit.positions.push(position);
    for (const { type } of spans) unit.types.set(type, (unit.types.get(type) ?? 0) + 1);
  });
  return units;
}
