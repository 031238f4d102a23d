/**
 * Types of brat are made of ASCII letters, digits, `_` and `-` (brat's configuration manual, "Annotation type names"). What a type is called is a label of
 * visual.conf, a line of `type | label` under `[labels]`. Label text is written as it is, but for what would end it: `|`, line ends, control characters as `\u007c`.
 */
const PLAIN = /^[A-Za-z0-9_-]+$/;

/** A brat type for each name, all different. Names that brat takes stay as they are. */
export function bratTypes(names: Iterable<string>): Map<string, string> {
  const all = [...new Set(names)];
  const types = new Map(all.filter((name) => PLAIN.test(name)).map((name) => [name, name]));
  const taken = new Set(types.values());
  for (const name of all) {
    if (types.has(name)) continue;
    const base = name.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^_+|_+$/g, '') || 'type';
    let type = base;
    for (let copy = 2; taken.has(type); copy++) type = `${base}_${copy}`;
    taken.add(type);
    types.set(name, type);
  }
  return types;
}

/** annotation.conf: the four sections that brat asks for, with the types as entities. */
export function annotationConf(types: ReadonlyMap<string, string>): string {
  return `[entities]\n${[...types.values()].map((type) => `${type}\n`).join('')}[relations]\n[events]\n[attributes]\n`;
}

/** visual.conf: what each type is called. */
export function visualConf(types: ReadonlyMap<string, string>): string {
  return `[labels]\n${[...types].map(([name, type]) => `${type} | ${escaped(name)}\n`).join('')}[drawing]\n`;
}

/** What types are called by a visual.conf. A label that several types share, or that is another type, says nothing: those types keep their names. */
export function readBratLabels(visual: string): Map<string, string> {
  const labels = new Map<string, string>();
  let inside = false;
  for (const raw of visual.split('\n')) {
    const line = raw.trim();
    if (/^\[[^|]*\]$/.test(line)) inside = line === '[labels]';
    else if (inside && line && !line.startsWith('#')) {
      const [type, label] = line.split('|').map((part) => part.trim());
      if (type && label) labels.set(type, unescaped(label));
    }
  }
  const counts = new Map<string, number>();
  for (const label of labels.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [type, label] of [...labels]) if (counts.get(label)! > 1 || (label !== type && labels.has(label))) labels.delete(type);
  return labels;
}

function escaped(name: string): string {
  return name.replace(/[|\p{Cc}\u2028\u2029]|\\(?=u[0-9a-f]{4})/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function unescaped(label: string): string {
  return label.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
