import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Document } from '../src/dataset/document.ts';
import { holdAll, type Losses } from '../src/dataset/formats/hold.ts';
import { writers } from '../src/dataset/formats/writers.ts';
import { collectTypes } from '../src/dataset/types.ts';
import { stageFile } from './output.ts';
import type { Call, Terminal } from './verb.ts';

const ENDINGS = ['conll', 'jsonl'] as const;
type Ending = (typeof ENDINGS)[number];

/** The format that a file's name asks for. */
export function endingOf(call: Call, out: string): Ending {
  const ending = ENDINGS.find((known) => out.endsWith(`.${known}`));
  if (!ending) throw call.wrong(`--out ${out}: expected a name that ends in ${ENDINGS.map((known) => `.${known}`).join(' or ')}.`);
  return ending;
}

/** Writes documents into a file that then takes its place whole; gives what the format does not hold of them, in words. */
export async function writeDocuments(out: string, ending: Ending, documents: readonly Document[], language: string, terminal: Terminal): Promise<string[]> {
  const writer = await writers[ending]!();
  const losses: Losses = new Map();
  for (const _ of holdAll(documents, writer.holds, language, losses)) continue;
  losses.delete('split');
  const exported = { name: out, language, types: collectTypes(documents), layers: [], documents };
  const staged = await stageFile(out);
  await staged.fill((file) => pipeline(writer.write(exported), createWriteStream(file)));
  if (losses.size === 0) return [];
  const note = `${out} cannot hold: ${[...losses].map(([kind, count]) => `${kind} (${count.toLocaleString('en')})`).join(', ')}. A .jsonl file can.`;
  terminal.note(note);
  return [note];
}
