import type { OfferedFile } from './archive.ts';
import { readFrontMatter } from './front-matter.ts';
import { classLabelNames } from './json/class-labels.ts';
import { ReportBuilder } from './report.ts';
import { readTextFile } from './text-file.ts';

/** A description of a data set is smaller; a README with pictures in it need not be read. */
const MOST = 4 << 20;

/** Names of class labels from the files that describe a data set: dataset_info.json or dataset_infos.json, else the head of its README. Undefined where none says any. */
export async function readClassLabels(companions: readonly OfferedFile[]): Promise<string[] | undefined> {
  const inOrder = [...companions.filter(({ name }) => /\.json$/i.test(name)), ...companions.filter(({ name }) => /\.md$/i.test(name))];
  for (const file of inOrder) {
    const content = await readTextFile(file, MOST, new ReportBuilder(file.name)).catch(() => null);
    const names = content === null ? null : classLabelNames(/\.json$/i.test(file.name) ? parsed(content) : readFrontMatter(content));
    if (names) return names;
  }
  return undefined;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
