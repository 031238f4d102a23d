import type { Split } from '../document.ts';
import type { OfferedFile } from './archive.ts';
import { download } from './hub-download.ts';
import type { HubAccess } from './hub-download.ts';
import { HubError } from './hub-error.ts';
import { chooseFiles } from './hub-files.ts';
import type { HubChoice } from './hub-files.ts';
import { isObject } from './json/value.ts';

const ENDPOINT = 'https://huggingface.co';

/** Where the hub keeps the Parquet files that it makes of public data sets by itself. */
const CONVERTED = 'refs/convert/parquet';

/** A file of a data set on the hub. */
export interface HubFile {
  /** Path in the repository. */
  name: string;
  /** In bytes, where the hub says. */
  size?: number;
  split: Split | null;
}

/** What a data set on the hub has to import. */
export interface HubDataset extends HubChoice {
  /** With its owner. */
  id: string;
  /** Commit that the addresses are pinned to. */
  revision: string;
  licence?: string;
  /** Bytes of all files, as far as the hub says. */
  size: number;
}

/** The data set that a name, with `@revision` or without, or the address of its page speaks of; null where it is none. */
export function parseHubReference(reference: string): { id: string; revision?: string } | null {
  const path = reference.trim().replace(/^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\//i, '').replace(/^datasets\//, '').replace(/[?#].*$/, '').replace(/\/+$/, '');
  const [, id, tree, at] = /^((?:[\w-][\w.-]*\/)?[\w-][\w.-]*)(?:\/(?:tree|blob|resolve)\/([^/\s]+)(?:\/.*)?|@([^\s@]+))?$/.exec(path) ?? [];
  const revision = at ?? (tree && decodeURIComponent(tree));
  return id ? { id, ...(revision ? { revision } : {}) } : null;
}

/**
 * Asks the hub what a data set (`owner/name`, `name`, with `@revision`, or its address) has to import: Parquet of its repository, else the Parquet files that the hub made of it,
 * else files of other formats; of one configuration, the default unless told. Throws a `HubError` for one that is not there, is not open to everyone, or has no such file.
 */
export async function listHubDataset(reference: string, access: HubAccess, config?: string): Promise<HubDataset> {
  const parsed = parseHubReference(reference);
  if (!parsed) throw new HubError(`"${reference.slice(0, 100)}" is no name of a data set on the hub. Expected owner/name, as at the top of its page there.`);
  const found = await ask(parsed.id, parsed.revision, access);
  if (!found) {
    throw new HubError(`The hub has no data set ${parsed.id}${parsed.revision ? ` at ${parsed.revision}` : ''} that is open to everyone. Check the spelling (owner/name); a private one must be downloaded and imported from your disk.`);
  }
  if (found.gated) throw new HubError(`The hub gives ${found.id} only to those who agree to its terms. Do so on its page there, download the files, and import them from your disk.`);
  let choice = chooseFiles(found.files, found.card, config);
  let { revision } = found;
  const hasParquet = choice?.files.some(({ name }) => /\.parquet$/i.test(name));
  if (!hasParquet && !parsed.revision) {
    const converted = await ask(found.id, CONVERTED, access);
    const better = converted && chooseFiles(converted.files.filter(({ name }) => /\.parquet$/i.test(name)), null, config);
    if (better) [choice, revision] = [better, converted.revision];
  }
  if (!choice) {
    throw new HubError(`${found.id} has no file that can be imported: neither Parquet nor JSON Lines, CoNLL, CSV or text${config ? ` of a configuration ${config}` : ''}. Look at its files on the hub.`);
  }
  const { license } = isObject(found.card) ? found.card : {};
  const licence = Array.isArray(license) ? license.join(', ') : license;
  return { id: found.id, revision, ...choice, ...(typeof licence === 'string' ? { licence } : {}), size: choice.files.reduce((sum, { size = 0 }) => sum + size, 0) };
}

/** Files of a data set on the hub, all unless told, for `openFiles`; they are downloaded as they are read. What describes their columns comes with them. */
export function hubFiles({ id, revision, files, companions }: HubDataset, access: HubAccess, chosen: readonly HubFile[] = files): OfferedFile[] {
  return [...chosen, ...companions].map(({ name, size, split }) => {
    const path = name.split('/').map(encodeURIComponent).join('/');
    const url = `${access.endpoint ?? ENDPOINT}/datasets/${id}/resolve/${encodeURIComponent(revision)}/${path}`;
    return { name, size: size ?? 0, ...(split ? { split } : {}), plain: !/\.(?:zip|gz)$/i.test(name), stream: () => download(url, name, size, access) };
  });
}

interface Answer {
  id: string;
  revision: string;
  gated: boolean;
  card: unknown;
  files: Omit<HubFile, 'split'>[];
}

/** Null where there is none that is open to everyone. */
async function ask(id: string, revision: string | undefined, { fetch, endpoint = ENDPOINT, signal }: HubAccess): Promise<Answer | null> {
  const url = `${endpoint}/api/datasets/${id}${revision ? `/revision/${encodeURIComponent(revision)}` : ''}?blobs=true`;
  const response = await fetch(url, { signal: signal ?? null }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new HubError("The Hugging Face hub can't be reached. Check the connection, or download the files elsewhere and import them from your disk.");
  });
  // Without a token the hub answers 401 for what does not exist, too.
  if (response.status === 404 || response.status === 401) return null;
  if (response.status === 403) return { id, revision: '', gated: true, card: null, files: [] };
  if (response.status === 429) throw new HubError('The hub has had too many questions from here. Try again in a few minutes.');
  if (!response.ok) throw new HubError(`The hub answered ${response.status} when asked for ${id}. Try again in a minute.`);
  const json: unknown = await response.json().catch(() => null);
  const siblings = isObject(json) ? json['siblings'] : undefined;
  if (!isObject(json) || !Array.isArray(siblings)) throw new HubError(`The hub's answer about ${id} holds no list of files. Try again in a minute.`);
  return {
    id: typeof json['id'] === 'string' ? json['id'] : id,
    revision: typeof json['sha'] === 'string' ? json['sha'] : (revision ?? 'main'),
    gated: Boolean(json['gated']) || json['private'] === true,
    card: json['cardData'],
    files: siblings.filter(isObject).flatMap(({ rfilename, size, lfs }) => {
      const bytes = isObject(lfs) ? lfs['size'] : size;
      return typeof rfilename === 'string' ? [{ name: rfilename, ...(typeof bytes === 'number' ? { size: bytes } : {}) }] : [];
    }),
  };
}
