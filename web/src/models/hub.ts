import { ModelError } from './catalogue.ts';
import type { ModelFile } from './files.ts';

export const defaultEndpoint = 'https://huggingface.co';

/** Files of a model on the hub, at one revision. */
export interface HubListing {
  /** Commit that the addresses are pinned to. */
  revision: string;
  files: ModelFile[];
}

export interface HubRequest {
  endpoint: string;
  fetch: typeof fetch;
  /** For repositories that need it. */
  token?: string | undefined;
  signal?: AbortSignal | undefined;
}

export const hubHeaders = (token: string | undefined): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {});

export function hubFileUrl(endpoint: string, hub: string, revision: string, file: string): string {
  return `${endpoint}/${hub}/resolve/${revision}/${file}`;
}

/** Asks the hub what a repository holds, with sizes and hashes. Throws a `ModelError` for one that is not there or not open to us. */
export async function listHub(hub: string, { endpoint, fetch, token, signal }: HubRequest): Promise<HubListing> {
  const response = await fetch(`${endpoint}/api/models/${hub}?blobs=true`, { headers: hubHeaders(token), signal: signal ?? null });
  // Without a token the hub answers 401 for what does not exist, too.
  if (response.status === 404 || response.status === 401) {
    throw new ModelError(`The hub has no model ${hub} that is open to everyone.`, 'Check the spelling (owner/name). For a private or gated one: ask for access there, then set HF_TOKEN and fetch it with the command line.');
  }
  if (response.status === 403) throw new ModelError(`The hub gives ${hub} only to those who asked for access.`, 'Ask for access on its page there, then set HF_TOKEN and fetch it with the command line.');
  if (!response.ok) throw new ModelError(`The hub answered ${response.status} when asked for ${hub}.`, 'Try again in a minute.');
  return readHubListing(await response.json(), hub);
}

function readHubListing(json: unknown, hub: string): HubListing {
  const { sha, siblings } = (json ?? {}) as { sha?: unknown; siblings?: unknown };
  if (!Array.isArray(siblings)) throw new ModelError(`The hub's answer about ${hub} holds no list of files.`, 'Is HF_ENDPOINT a Hugging Face hub?');
  return { revision: typeof sha === 'string' ? sha : 'main', files: siblings.flatMap(readSibling) };
}

/** Small files have a git hash only; those in large file storage their SHA-256. */
function readSibling(sibling: { rfilename?: unknown; size?: unknown; lfs?: { sha256?: unknown; size?: unknown } }): ModelFile[] {
  if (typeof sibling.rfilename !== 'string') return [];
  const size = sibling.lfs?.size ?? sibling.size;
  const sha256 = sibling.lfs?.sha256;
  return [{ name: sibling.rfilename, ...(typeof size === 'number' ? { size } : {}), ...(typeof sha256 === 'string' ? { sha256 } : {}) }];
}
