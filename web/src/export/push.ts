import { unpackEntry } from '../dataset/formats/unpack.ts';
import { readZipDirectory } from '../dataset/formats/zip-directory.ts';

/** Where taggers are pushed to. */
const HUB = 'https://huggingface.co';

export interface PushOrder {
  /** `owner/name`. */
  repository: string;
  /** Whether only its owner may see the repository. Says nothing where it exists already. */
  hidden: boolean;
  /** A token of the hub with the right to write. It is sent there and kept nowhere. */
  token: string;
  /** Adds a commit to a repository that is there, instead of making one. */
  existing: boolean;
}

/** How far the files are, 0 to 1. */
export type PushProgress = (share: number) => void;

/** Why a tagger was not pushed, in words. `exists`: the repository is there already, and the order was to make one. */
export class PushError extends Error {
  override name = 'PushError';
  readonly advice: string;
  readonly exists: boolean;

  constructor(message: string, advice: string, exists = false) {
    super(message);
    this.advice = advice;
    this.exists = exists;
  }
}

/**
 * Puts the files of an archive into a model repository of the hub, as one commit; gives the commit's address. Large files go through Xet, whose hosts
 * are the hub's own (`*.hf.co`); what the hub would send elsewhere is not sent. Throws a `PushError`.
 */
export async function pushArchive(archive: Uint8Array, { repository, hidden, token, existing }: PushOrder, onProgress: PushProgress, hub = HUB): Promise<string> {
  const { createRepo, uploadFilesWithProgress } = await import('@huggingface/hub');
  const files: { path: string; content: Blob }[] = [];
  for (const entry of readZipDirectory(archive, 1000)) {
    const parts: BlobPart[] = [];
    for await (const part of unpackEntry(archive, entry)) parts.push(part as Uint8Array<ArrayBuffer>);
    files.push({ path: entry.name, content: new Blob(parts) });
  }
  const repo = { type: 'model', name: repository } as const;
  let made = existing;
  try {
    if (!existing) await createRepo({ repo, accessToken: token, visibility: hidden ? 'private' : 'public', hubUrl: hub });
    made = true;
    const sizes = new Map(files.map(({ path, content }) => [path, content.size]));
    const total = Math.max(1, sum(sizes.values()));
    const sent = new Map<string, number>();
    const commit = uploadFilesWithProgress({ repo, files, accessToken: token, hubUrl: hub, commitTitle: 'A tagger made with Tagsmith', useWebWorkers: false });
    for (;;) {
      const { done, value } = await commit.next();
      if (done) return value?.commit.url ?? `${hub}/${repository}`;
      if (value.event !== 'fileProgress' || value.state !== 'uploading') continue;
      sent.set(value.path, value.progress * (sizes.get(value.path) ?? 0));
      onProgress(sum(sent.values()) / total);
    }
  } catch (error) {
    throw inWords(error, repository, made && !existing);
  }
}

/** What a refusal of the hub means. Nothing of the hub's own answer is repeated: it could hold anything. */
function inWords(error: unknown, repository: string, made: boolean): PushError {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0;
  const left = made ? ` ${repository} was made and has none of the files, or not all.` : '';
  const owner = repository.split('/')[0]!;
  if (status === 401) return new PushError(`The hub does not know this token.${left}`, 'Make a token with the right to write in the settings of your account there (Access Tokens), and paste it whole.');
  if (status === 403) return new PushError(`This token may not write to ${repository}.${left}`, `It needs the right to write, and to be of ${owner} or of a member of that organisation.`);
  if (status === 404) return new PushError(`The hub has no ${repository} that this token may write to.${left}`, 'Check the spelling, and that the token has the right to write.');
  if (status === 409 && !made) return new PushError(`${repository} exists already.`, 'Take another name, or add the files to it as a commit.', true);
  if (status === 409 || status === 412) return new PushError(`${repository} was changed by somebody else at the same time.${left}`, 'Push again, as a commit.');
  if (status === 429) return new PushError(`The hub has had too many requests of you.${left}`, 'Wait some minutes, then push again.');
  if (status >= 500) return new PushError(`The hub is in trouble: it answered ${status}.${left}`, 'Try again in some minutes.');
  if (status > 0) return new PushError(`The hub refused the files: it answered ${status}.${left}`, 'Save the archive, and upload its files on the page of the repository.');
  return new PushError(`The hub could not be reached, or the line broke.${left}`, 'Check the connection, then push again. Where a network or an extension forbids huggingface.co or hf.co, save the archive instead.');
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
