import type { ImportOptions } from '../../../../web/src/dataset/formats/import.ts';
import { ImportError } from '../../../../web/src/dataset/formats/report.ts';
import type { Document } from '../../../../web/src/dataset/document.ts';
import { readBack } from './files.ts';

/** How the import of a file ended. Anything else is thrown on. */
export interface Verdict {
  end: 'read' | 'read in part' | 'refused';
  /** Of the processor, so that a busy machine changes little. */
  milliseconds: number;
}

/** Imports a file that may be spoilt. Throws where it ends in anything but sound documents or a message that names the file. */
export async function judge(name: string, bytes: Uint8Array, options: ImportOptions = {}): Promise<Verdict> {
  const start = process.cpuUsage();
  const done = (end: Verdict['end']): Verdict => {
    const { user, system } = process.cpuUsage(start);
    return { end, milliseconds: (user + system) / 1000 };
  };
  try {
    const { documents, reports } = await readBack(name, bytes, { ...options, skipProblems: true }, 1 << 16);
    for (const document of documents) check(document);
    const problems = reports.flatMap((report) => report.problems);
    for (const { message } of problems) checkMessage(message);
    return done(problems.length ? 'read in part' : 'read');
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    checkMessage(error.message);
    return done('refused');
  }
}

/** A message may quote the file, but in short; and it says nothing of the program's inside. */
function checkMessage(message: string): void {
  if (message.length < 10 || message.length > 2000) throw new Error(`The message has ${message.length} characters: ${message.slice(0, 300)}`);
  if (/\n\s+at |(?:of|is) undefined|not a function|call stack|\[object /.test(message)) throw new Error(`The message is not for people: ${JSON.stringify(message)}`);
}

const HIGH = /[\ud800-\udbff]/;
const LOW = /[\udc00-\udfff]/;

/** Throws unless every span and word lies inside the text and cuts no character in two. */
function check({ text, words = [], spans, suggestions = [] }: Document): void {
  const fail = (what: string, value: unknown): never => {
    throw new Error(`${what}: ${JSON.stringify(value).slice(0, 200)} of ${JSON.stringify(text.slice(0, 200))}`);
  };
  // A token of CoNLL may be a space that no keyboard has.
  if (!text.trim() && !words.length) fail('A text of white space', text);
  const cuts = (offset: number): boolean => offset > 0 && HIGH.test(text.charAt(offset - 1)) && LOW.test(text.charAt(offset));
  let before = 0;
  for (const word of words) {
    const [start, end] = word;
    if (!(start >= before && end > start && end <= text.length) || cuts(start) || cuts(end)) fail('A word out of place', [word, ...words]);
    before = end;
  }
  for (const span of [...spans, ...suggestions]) {
    const { start, end, type, score } = span;
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start && end <= text.length) || cuts(start) || cuts(end)) fail('A span out of place', span);
    if (typeof type !== 'string' || !type.trim()) fail('A span without a type', span);
    if (score !== undefined && !(score >= 0 && score <= 1)) fail('A score out of range', span);
  }
}
