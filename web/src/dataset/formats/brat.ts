import type { Document, Split } from '../document.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { OfferedFile } from './archive.ts';
import { readBratAnnotations } from './brat-annotations.ts';
import { readBratLabels } from './brat-labels.ts';
import type { ImportOptions, OpenImport } from './import.ts';
import { ImportError, ReportBuilder } from './report.ts';
import { splitOfPath } from './split-of-name.ts';
import { readTextFile } from './text-file.ts';

/** A text and the stand-off file that lies beside it. */
export interface BratPair {
  /** Path of the text, for messages and ids. */
  path: string;
  text: OfferedFile;
  annotations: OfferedFile;
}

/** Pairs of brat as documents, in the order given, each text one document. The folder that a pair lies in says its split, where it does and the options do not. */
export function openBrat(name: string, pairs: readonly BratPair[], visual: OfferedFile | undefined, options: ImportOptions = {}): OpenImport {
  const builder = new ReportBuilder(name);
  builder.report.format = 'brat';
  builder.report.layout = `${pairs.length} ${pairs.length === 1 ? 'text' : 'texts'} with stand-off annotations`;
  return { report: builder.report, documents: readPairs(pairs, visual, builder, options) };
}

async function* readPairs(pairs: readonly BratPair[], visual: OfferedFile | undefined, builder: ReportBuilder, options: ImportOptions): AsyncGenerator<Document> {
  const { report } = builder;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const labels = visual ? readBratLabels((await readTextFile(visual, limits.lineBytes, builder)) ?? '') : new Map<string, string>();
  for (const { path, text: textFile, annotations } of pairs) {
    const read = await readTextFile(textFile, limits.lineBytes, builder);
    const content = read === null ? null : await readTextFile(annotations, limits.lineBytes, builder);
    if (read === null || content === null) continue;
    if (read.includes('\0')) builder.repair('nul', 1, path);
    const text = read.replaceAll('\0', '\ufffd');
    report.lines += content.split('\n').length - 1;
    if (text.length > limits.characters) {
      builder.problem(0, `${path} has more than ${limits.characters} characters. Cut it into parts.`);
      continue;
    }
    if (!text.trim()) {
      builder.repair('empty-text', 1, path);
      continue;
    }
    const spans = readBratAnnotations(content, { path: annotations.name, text, labels, source: options.source ?? 'manual', builder });
    const split: Split | null = options.split ?? splitOfPath(folderOf(path));
    report.documents++;
    report.spans += spans.length;
    if (report.documents > limits.documents) throw new ImportError(`${report.file} has more than ${limits.documents} texts. Import it in parts.`, report);
    yield { id: path, text, spans, ...(split ? { split } : {}), origin: { file: path, line: 1 } };
  }
}

/** The folders of a path, without the file. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
