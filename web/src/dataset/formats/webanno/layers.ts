/** A layer of spans that is read: which columns tell its values. */
export interface SpanLayer {
  name: string;
  /** Numbers of the columns, those asked first first. One without features has one column, of `*`. */
  columns: number[];
}

/** What the lines `#T_SP=`, `#T_CH=` and `#T_RL=` of a header declare. */
export interface Layers {
  spans: SpanLayer[];
  /** Columns of a token line, its number, offsets and text not among them. */
  columns: number;
  /** Names of the layers that are not read: relations, chains, and parts of speech and the like where there is more. */
  skipped: string[];
}

/** Layers of DKPro Core that are no entities: parts of speech, lemmas, sentences, chunks, phrases. */
const LINGUISTIC = /^de\.tudarmstadt\.ukp\.dkpro\.core\.api\.(?!ner\.)/;

/** Reads the declarations: `#T_SP=` and a layer's name, then its features, each behind a `|`. A slot feature takes two fields and two columns. */
export function readLayers(declarations: readonly string[]): Layers {
  const spans: SpanLayer[] = [];
  const skipped: string[] = [];
  let columns = 0;
  for (const declaration of declarations) {
    const [name = '', ...fields] = declaration.slice(declaration.indexOf('=') + 1).split('|');
    const features = fields.filter((field) => field);
    const own = features.map((feature, i) => ({ feature, column: columns + i, isSlot: feature.startsWith('ROLE_') || features[i - 1]?.startsWith('ROLE_') === true }));
    const plain = own.filter(({ isSlot }) => !isSlot).sort((a, b) => Number(b.feature === 'value') - Number(a.feature === 'value'));
    if (declaration.startsWith('#T_SP=')) spans.push({ name, columns: plain.length ? plain.map(({ column }) => column) : [columns] });
    else skipped.push(name);
    columns += Math.max(1, features.length);
  }
  const entities = spans.filter(({ name }) => !LINGUISTIC.test(name));
  if (!entities.length) return { spans, columns, skipped };
  return { spans: entities, columns, skipped: [...spans.filter(({ name }) => LINGUISTIC.test(name)).map(({ name }) => name), ...skipped] };
}

/** The last part of a layer's name: `de.tudarmstadt.….NamedEntity` → `NamedEntity`. */
export function shortName({ name }: SpanLayer): string {
  return name.slice(name.lastIndexOf('.') + 1) || name;
}
