import { expandFiles } from './archive.ts';
import type { FileGroup, OfferedFile } from './archive.ts';
import { chunksOf } from './bytes.ts';
import { folderOf, openBrat } from './brat.ts';
import type { BratPair } from './brat.ts';
import { readClassLabels } from './class-labels.ts';
import { formatOfName } from './detect.ts';
import { openImport } from './import.ts';
import type { ImportOptions, OpenImport } from './import.ts';
import { ImportError, ReportBuilder } from './report.ts';
import type { ImportReport } from './report.ts';
import { splitOfPath } from './split-of-name.ts';

/** One file to be read, or several that belong together: nothing is read before `documents` is. */
export interface OpenedFile extends OpenImport {
  name: string;
  /** Bytes that `report.bytes` grows to, as far as is known. */
  size: number;
}

export interface OpenedFiles {
  files: OpenedFile[];
  /** A report of each archive of which something was left out: which files, and why. */
  archives: ImportReport[];
}

/**
 * Opens what was chosen together: archives are taken apart, texts of brat find their annotations, tags that are numbers find the names in a data set card beside them,
 * and every other file is read by itself. Documents of an archive get the split that their path in it speaks of, unless the options say one.
 * Throws an `ImportError` for an archive that can't be read or holds nothing to import; what is wrong with single files shows when they are read.
 */
export async function openFiles(offered: readonly OfferedFile[], options: ImportOptions = {}): Promise<OpenedFiles> {
  const opened: OpenedFiles = { files: [], archives: [] };
  for (const group of await expandFiles(offered)) {
    const builder = new ReportBuilder(group.archive ?? '');
    for (const { name, reason } of group.leftOut) builder.problem(0, `${name}: ${reason}.`);
    const files = await openGroup(group, builder, options);
    const { report } = builder;
    const said = [...report.problems.map(({ message }) => message), ...report.repairs.flatMap(({ examples }) => examples)];
    if (files.length === 0) throw new ImportError(`${group.archive ?? 'The selection'} holds nothing to import. ${said.join(' ')}`.trim(), report);
    opened.files.push(...files);
    if (said.length > 0) opened.archives.push(report);
  }
  return opened;
}

/** Files that tell of others, and files about the data set as a whole. */
const COMPANION = /(?:^|\/)(?:dataset_infos?\.json|readme(?:\.\w+)?|[\w-]+\.conf)$/i;
const ABOUT = /(?:^|\/)(?:licen[cs]e|copying|notice|citation|changelog|authors)(?:\.\w+)?$/i;

/** Files of which each is an import of its own; texts of brat count as one. */
const MOST_FILES = 1000;

async function openGroup({ archive, files }: FileGroup, builder: ReportBuilder, options: ImportOptions): Promise<OpenedFile[]> {
  const shown = (name: string): string => (archive === null ? name : `${archive}/${name}`);
  const { pairs, rest } = pairBrat(files, shown, builder);
  const opened: OpenedFile[] = [];
  const visual = files.find(({ name }) => /(?:^|\/)visual\.conf$/i.test(name));
  if (pairs.length > 0) {
    const size = pairs.reduce((sum, { text, annotations }) => sum + text.size + annotations.size, 0);
    const name = archive ?? (folderOf(pairs[0]!.path) || pairs[0]!.path);
    opened.push({ name, size, ...openBrat(name, pairs, visual, options) });
  }
  const companions = rest.filter(({ name }) => COMPANION.test(name));
  // A file that is alone is what is meant, whatever its name.
  const candidates = files.length === 1 ? rest : rest.filter(({ name }) => !COMPANION.test(name));
  if (candidates.length > MOST_FILES) {
    throw new ImportError(`${archive ?? 'The selection'} holds ${candidates.length} files to import: more than ${MOST_FILES} are not read at once. Put the texts together in fewer files.`, builder.report);
  }
  const labels = options.labels ?? (candidates.length > 0 ? await readClassLabels(companions) : undefined);
  const known = candidates.some(({ name }) => isDataName(name));
  for (const file of candidates) {
    if (archive !== null && known && !isDataName(file.name)) {
      builder.repair('other-file', 0, file.name);
      continue;
    }
    const split = options.split ?? file.split ?? (archive === null ? null : splitOfPath(file.name));
    const opening = openImport(shown(file.name), later(file), { ...options, ...(labels ? { labels } : {}), ...(split ? { split } : {}) });
    opened.push({ name: shown(file.name), size: file.size, ...opening });
  }
  return opened;
}

function isDataName(name: string): boolean {
  return formatOfName(name) !== null && !ABOUT.test(name);
}

/** Texts with the annotations that lie beside them. What lies alone in a folder of such pairs belongs to none of them and is left out. */
function pairBrat(files: readonly OfferedFile[], shown: (name: string) => string, builder: ReportBuilder): { pairs: BratPair[]; rest: OfferedFile[] } {
  const byName = new Map(files.map((file) => [file.name, file]));
  const pairs: BratPair[] = [];
  const used = new Set<OfferedFile>();
  const folders = new Set<string>();
  for (const text of files) {
    const annotations = /\.txt$/i.test(text.name) ? byName.get(text.name.replace(/txt$/i, 'ann')) : undefined;
    if (!annotations) continue;
    pairs.push({ path: shown(text.name), text, annotations });
    used.add(text).add(annotations);
    folders.add(folderOf(text.name));
  }
  const rest = files.filter((file) => {
    if (used.has(file)) return false;
    if (/\.ann$/i.test(file.name)) {
      builder.problem(0, `${shown(file.name)} has no text beside it: choose ${file.name.replace(/ann$/i, 'txt')} as well.`);
      return false;
    }
    if (!/\.txt$/i.test(file.name) || !folders.has(folderOf(file.name))) return true;
    if (!COMPANION.test(file.name) && !ABOUT.test(file.name)) builder.problem(0, `${shown(file.name)} has no annotations beside it: choose ${file.name.replace(/txt$/i, 'ann')} as well.`);
    return false;
  });
  return { pairs, rest };
}

/** The content of a file, opened when it is first asked for. */
async function* later(file: OfferedFile): AsyncGenerator<Uint8Array> {
  yield* chunksOf(file.stream());
}
