import type { Document } from '../src/dataset/document.ts';
import { detectConllLayout, splitColumns } from '../src/dataset/formats/conll-layout.ts';
import { DEFAULT_LIMITS } from '../src/dataset/formats/limits.ts';
import { readLines } from '../src/dataset/formats/lines.ts';
import { ReportBuilder } from '../src/dataset/formats/report.ts';
import { entitiesOfTags } from '../src/evaluate/entities.ts';
import type { Entity } from '../src/evaluate/match.ts';
import { lenientEntities, type WordEntity } from '../src/text/entities.ts';
import { spansToTags } from '../src/text/tags.ts';
import { openFile, readDocuments } from './documents.ts';
import { FailedRun } from './verb.ts';

/** Entities of one text and what they are counted in. */
export interface Annotated {
  /** Line of its file on which it begins. */
  line: number;
  /** Number of words, where the file has words. */
  words: number | null;
  text: string;
  /** In words; none where there are no words. */
  entities: Entity[];
  /** In characters; none where tags were read as they stand. */
  spans: Entity[];
}

/** The texts of a labelled file. Tags are read leniently, as seqeval's default mode does. */
export async function readAnnotated(file: string): Promise<{ texts: Annotated[]; notes: string[] }> {
  const { documents, notes } = await readDocuments(file);
  return { texts: documents.map(annotated), notes };
}

function annotated({ text, words, spans, origin }: Document): Annotated {
  const entities = words ? lenientEntities(spansToTags(words, spans).tags).map(asEntity) : [];
  return { line: origin.line, words: words?.length ?? null, text, entities, spans };
}

/** The same for seqeval's strict mode, which wants the tags as they stand in the file: CoNLL only, nothing repaired. */
export async function readStrictly(file: string): Promise<Annotated[]> {
  const lines: string[] = [];
  for await (const block of readLines(openFile(file), DEFAULT_LIMITS, new ReportBuilder(file))) lines.push(...block.lines);
  const layout = detectConllLayout(lines.slice(0, 5000));
  if (!layout || layout.tagColumn === null) throw new FailedRun(`${file} is no CoNLL file with tags: --mode strict compares the tags as they stand in the files.`);
  const { separator, columns, tokenColumn, tagColumn } = layout;
  const texts: Annotated[] = [];
  let rows: { token: string; tag: string }[] = [];
  const finish = (next: number): void => {
    if (rows.length > 0) {
      const tags = rows.map(({ tag }) => tag);
      texts.push({ line: next - rows.length, words: rows.length, text: rows.map(({ token }) => token).join(' '), entities: entitiesOfTags(tags, 'strict').map(asEntity), spans: [] });
    }
    rows = [];
  };
  lines.forEach((line, index) => {
    if (line.trim() === '') return finish(index + 1);
    const fields = splitColumns(line, separator);
    if (fields.length !== columns) throw new FailedRun(`Line ${index + 1} of ${file} has ${fields.length} columns, expected ${columns}: --mode strict repairs nothing.`);
    rows.push({ token: fields[tokenColumn]!, tag: fields[tagColumn]! });
  });
  finish(lines.length + 1);
  return texts;
}

/**
 * Throws unless both files hold the same texts. Tokens are held against each other by number alone, since programs write
 * brackets and quotes in several ways; `notes` tell of texts that read differently.
 */
export function checkSameTexts(gold: readonly Annotated[], goldFile: string, predicted: readonly Annotated[], predictedFile: string): string[] {
  if (gold.length !== predicted.length) throw new FailedRun(`${goldFile} has ${gold.length} texts, ${predictedFile} has ${predicted.length}: both must hold the same.`);
  const different: number[] = [];
  gold.forEach((own, index) => {
    const other = predicted[index]!;
    if (own.text !== other.text) different.push(own.line);
    if (own.words !== null && other.words !== null) {
      if (own.words !== other.words) {
        throw new FailedRun(`Text ${index + 1} has ${own.words} tokens in ${goldFile} (line ${own.line}) and ${other.words} in ${predictedFile} (line ${other.line}): both files must hold the same tokens.`);
      }
    } else if (own.text !== other.text) {
      throw new FailedRun(`Text ${index + 1} differs between ${goldFile} (line ${own.line}) and ${predictedFile} (line ${other.line}): both files must hold the same texts.`);
    }
  });
  if (different.length === 0) return [];
  return [`${different.length.toLocaleString('en')} of ${gold.length.toLocaleString('en')} texts have as many tokens in ${predictedFile} as in ${goldFile}, but other ones (first: line ${different[0]} of ${goldFile}); they are scored by place.`];
}

function asEntity({ type, first, last }: WordEntity): Entity {
  return { type, start: first, end: last + 1 };
}
