import type { Layer } from '../../document.ts';

/** The name under which a file knows each layer, by id: its own, with a number where two have the same. */
export function layerNames(layers: readonly Layer[]): (id: string) => string {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, name } of layers) {
    const wanted = name.trim() || id;
    let free = wanted;
    for (let copy = 2; taken.has(free); copy++) free = `${wanted} (${copy})`;
    taken.add(free);
    names.set(id, free);
  }
  return (id) => names.get(id) ?? id;
}
