import { formatOfName } from './detect.ts';
import type { HubFile } from './hub-dataset.ts';
import { isObject } from './json/value.ts';
import { splitOfName, splitOfPath } from './split-of-name.ts';

/** Files of one configuration of a data set. */
export interface HubChoice {
  /** `default` where it has no name. */
  config: string;
  /** All that there are. */
  configs: string[];
  files: HubFile[];
  /** Files that say what the numbers of tags are called. */
  companions: HubFile[];
}

type Listed = Omit<HubFile, 'split'>;

/**
 * What to import of a repository's files: those that its card names for a configuration (huggingface.co/docs/hub/datasets-manual-configuration), else Parquet, else
 * files of other formats, else archives; with configurations by folder. Null where there is none.
 */
export function chooseFiles(listed: readonly Listed[], card: unknown, config?: string): HubChoice | null {
  const data = listed.filter(({ name }) => isData(name));
  const found = namedByCard(data, card, config) ?? byFolder(data, config);
  if (!found) return null;
  const needed = found.files.some(({ name }) => /\.(?:jsonl?|ndjson)$/i.test(name));
  const companions = listed.filter(({ name }) => needed && /^(?:README\.md|dataset_infos?\.json)$/.test(name)).map((file) => ({ ...file, split: null }));
  return { ...found, companions };
}

function isData(name: string): boolean {
  const about = /(?:^|\/)(?:\.[^/]*|readme[^/]*|licen[cs]e[^/]*|dataset_infos?\.json|requirements\.txt)$/i.test(name);
  return !about && !/\.md$/i.test(name) && (formatOfName(name) !== null || /\.(?:csv|zip|gz)$/i.test(name));
}

type Found = Omit<HubChoice, 'companions'>;

/** `configs` of a card: names, and the files of each split as paths with `*` and `**`. */
function namedByCard(data: readonly Listed[], card: unknown, wanted: string | undefined): Found | null {
  const list = isObject(card) && Array.isArray(card['configs']) ? card['configs'].filter(isObject) : [];
  const named = list.filter(({ data_files: files }) => files !== undefined);
  const nameOf = ({ config_name: name }: Record<string, unknown>): string => (typeof name === 'string' ? name : 'default');
  const chosen = named.find((one) => (wanted === undefined ? one['default'] === true : nameOf(one) === wanted)) ?? (wanted === undefined ? (named.find((one) => nameOf(one) === 'default') ?? named[0]) : undefined);
  if (!chosen) return null;
  const files = new Map<string, HubFile>();
  for (const { split, patterns } of dataFiles(chosen['data_files'])) {
    for (const file of data) {
      if (!files.has(file.name) && patterns.some((pattern) => pattern.test(file.name))) files.set(file.name, { ...file, split: split === undefined ? splitOfPath(file.name) : splitOfName(split) });
    }
  }
  return files.size ? { config: nameOf(chosen), configs: named.map(nameOf), files: [...files.values()] } : null;
}

/** A path, several, or objects of a split and its paths. */
function dataFiles(value: unknown): { split?: string; patterns: RegExp[] }[] {
  const paths = (path: unknown): RegExp[] => (Array.isArray(path) ? path : [path]).filter((one) => typeof one === 'string').map(globToPattern);
  const entries: unknown[] = Array.isArray(value) ? value : [value];
  return entries.map((entry) => (isObject(entry) ? { ...(typeof entry['split'] === 'string' ? { split: entry['split'] } : {}), patterns: paths(entry['path']) } : { patterns: paths(entry) }));
}

/** No card has more of them, and a pattern of many takes long to compare. */
const MOST_WILDCARDS = 8;

function globToPattern(glob: string): RegExp {
  if (glob.split('*').length > 2 * MOST_WILDCARDS) return /$^/;
  const source = glob.slice(0, 500).replace(/\*\*\/?|\*|\?|[.+^${}()|[\]\\]/g, (part) => (part.startsWith('**') ? '(?:.*)' : part === '*' ? '[^/]*' : part === '?' ? '[^/]' : `\\${part}`));
  return new RegExp(`^(?:\\./)?${source}$`);
}

/** Without a card: the folders that are no split and not `data` tell configurations apart. */
function byFolder(data: readonly Listed[], wanted: string | undefined): Found | null {
  const kinds = [data.filter(({ name }) => /\.parquet$/i.test(name)), data.filter(({ name }) => !/\.(?:parquet|zip|gz)$/i.test(name)), data];
  const kind = kinds.find((files) => files.length > 0);
  if (!kind) return null;
  const groups = Map.groupBy(kind, ({ name }) => {
    const folders = name.split('/').slice(0, -1);
    return folders.filter((folder) => folder !== 'data' && splitOfName(folder) === null).join('/') || 'default';
  });
  const config = wanted ?? (groups.has('default') ? 'default' : [...groups.keys()][0]!);
  const files = groups.get(config)?.map((file) => ({ ...file, split: splitOfPath(file.name) }));
  return files ? { config, configs: [...groups.keys()], files } : null;
}
