import type { HubDataset, HubFile } from '../../../dataset/formats/hub-dataset.ts';
import { readFiles, readOffered, type ReadFile } from '../../../state/files.ts';

/** Texts on their way in, not yet read. */
export interface Incoming {
  /** What a workspace made of them is called and under which licence, where that is known. */
  name?: string;
  licence?: string;
  read(onProgress: (file: string, share: number) => void, signal: AbortSignal): Promise<ReadFile[]>;
}

export function incomingFiles(files: readonly File[]): Incoming {
  return { read: (onProgress, signal) => readFiles(files, onProgress, signal) };
}

/** Files of the hub, which are downloaded while they are read. */
export function incomingFromHub(dataset: HubDataset, chosen: readonly HubFile[]): Incoming {
  return {
    name: dataset.id.split('/').at(-1) ?? dataset.id,
    ...(dataset.licence === undefined ? {} : { licence: dataset.licence }),
    async read(onProgress, signal) {
      const { hubFiles } = await import('../../../dataset/formats/hub-dataset.ts');
      return readOffered(hubFiles(dataset, { fetch: (...request) => fetch(...request), signal }, chosen), onProgress, signal);
    },
  };
}

/** What the names of several files have in common: that of their folder or archive, else the words they begin with; empty where that is nothing. */
export function commonName(names: readonly string[]): string {
  const roots = [...new Set(names.map((name) => name.split('/')[0] ?? ''))];
  if (roots.length === 1) return (roots[0] ?? '').replace(/\.\w+$/, '');
  let [start = ''] = roots;
  while (!roots.every((root) => root.startsWith(start))) start = start.slice(0, -1);
  // "train" and "test" both begin with "t": half a word is no name.
  const cut = roots.some((root) => /^[\p{L}\p{N}]/u.test(root.slice(start.length))) ? start.replace(/[\p{L}\p{N}]+$/u, '') : start;
  return cut.replace(/[-_. ]+$/, '');
}
