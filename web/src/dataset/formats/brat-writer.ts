import { utf16ToCodePoints } from '../../text/offsets.ts';
import type { Document } from '../document.ts';
import { annotationConf, bratTypes, visualConf } from './brat-labels.ts';
import type { Exported, FormatWriter } from './format.ts';
import { zip } from './zip.ts';
import type { ZipFile } from './zip.ts';

/** What ends a line for Python's `splitlines`, with which brat reads: no text of an annotation may hold it. */
const LINE_ENDS = /[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+/g;

/** A ZIP archive of a folder of brat: a text and its stand-off annotations a document, in folders by split, numbered in the order of the data set. */
export const bratWriter: FormatWriter = {
  format: 'brat',
  ending: 'zip',
  mediaType: 'application/zip',
  holds: { spans: 'any', text: 'exact', words: false, scores: false, notes: true, sources: false, splits: true, suggestions: false },
  write: (exported) => zip(bratFiles(exported)),
};

function* bratFiles({ types, documents }: Exported): Generator<ZipFile> {
  const names = bratTypes(typeNames(types.map(({ name }) => name), documents));
  yield { name: 'annotation.conf', parts: [annotationConf(names)] };
  yield { name: 'visual.conf', parts: [visualConf(names)] };
  const digits = Math.max(4, String(documents.length).length);
  for (const [i, document] of documents.entries()) {
    const path = `${document.split ? `${document.split}/` : ''}${String(i + 1).padStart(digits, '0')}`;
    yield { name: `${path}.txt`, parts: [document.text] };
    yield { name: `${path}.ann`, parts: [annotationsOf(document, names)] };
  }
}

function* typeNames(known: readonly string[], documents: readonly Document[]): Generator<string> {
  yield* known;
  for (const { spans } of documents) for (const { type } of spans) yield type;
}

function annotationsOf({ text, spans }: Document, names: ReadonlyMap<string, string>): string {
  const toPoints = utf16ToCodePoints(text);
  let bound = '';
  let notes = '';
  let note = 0;
  for (const [i, span] of spans.entries()) {
    const parts = partsBetweenLineEnds(text, span.start, span.end);
    const places = parts.map(([start, end]) => `${toPoints(start)} ${toPoints(end)}`).join(';');
    bound += `T${i + 1}\t${names.get(span.type)!} ${places}\t${parts.map(([start, end]) => text.slice(start, end)).join(' ')}\n`;
    for (const line of span.note ? span.note.split('\n') : []) notes += `#${++note}\tAnnotatorNotes T${i + 1}\t${line}\n`;
  }
  return bound + notes;
}

/** brat compares the text of an annotation with that of its parts, joined by spaces; a span with line ends is in parts, the first or the last empty where it begins or ends with one. */
function partsBetweenLineEnds(text: string, start: number, end: number): [start: number, end: number][] {
  const parts: [number, number][] = [];
  let from = start;
  for (const { 0: lineEnd, index } of text.slice(start, end).matchAll(LINE_ENDS)) {
    parts.push([from, start + index]);
    from = start + index + lineEnd.length;
  }
  parts.push([from, end]);
  return parts;
}
