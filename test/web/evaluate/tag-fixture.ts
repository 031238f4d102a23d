import { readFileSync } from 'node:fs';

/** A fixture of test/oracle/tag_sequences.py: cases with packed tags. */
export interface TagFixture<Case> {
  types: string[];
  cases: (Case & { gold: string; predicted: string })[];
}

export function readTagFixture<Case>(name: string): TagFixture<Case> {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')) as TagFixture<Case>;
}

/** Tags of each sentence: "B1I1O0|…" with the types of the fixture. */
export function unpackTags(packed: string, types: readonly string[]): string[][] {
  return packed.split('|').map((sentence) =>
    Array.from(sentence.matchAll(/(\w)(\d)/g), ([, prefix, kind]) => (kind === '0' ? prefix! : `${prefix}-${types[Number(kind)]}`)),
  );
}
