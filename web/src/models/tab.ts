import type { ModelFolder } from '../encode/model-folder.ts';
import { ModelError, modelSlug, modelSource, type ModelSource } from './catalogue.ts';
import { encoderFiles, readModelIndex, withHalfWeights, weightsFile, halfWeightsFile, type ModelFile } from './files.ts';
import { defaultEndpoint, hubFileUrl, listHub } from './hub.ts';
import { megabytes, type OnProgress } from './progress.ts';
import { receive } from './receive.ts';

/** What the tab offers; parts are missing outside a secure context. */
export interface Surroundings {
  /** Address of the app's folder. */
  base: URL;
  fetch: typeof fetch;
  caches?: CacheStorage | undefined;
  digest?: ((bytes: BufferSource) => Promise<ArrayBuffer>) | undefined;
}

/** A file and where it comes from. */
interface PlacedFile extends ModelFile {
  url: string;
}

/** Changing it leaves everybody's fetched weights behind: they are fetched again. */
const cacheName = 'tagsmith-models-v1';

/**
 * Opens an encoder in the tab. It is asked of this server first, then of what the browser keeps, then of the Hugging
 * Face hub, and kept by the browser from then on. Bytes are held against size and SHA-256 wherever these are known; a
 * kept file that no longer agrees is fetched again. Throws a `ModelError` that says what is missing and what to do.
 */
export async function openEncoder(id: string, onProgress: OnProgress, signal?: AbortSignal, surroundings: Surroundings = thisTab()): Promise<ModelFolder> {
  const model = modelSource(id);
  const cache = await surroundings.caches?.open(cacheName).catch(() => undefined); // private windows may refuse
  const files = await locate(model, surroundings, cache, signal);
  const total = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const held = new Map<string, Uint8Array>();
  const notes = new Set<string>();
  let before = 0;
  for (const file of files) {
    const { host } = new URL(file.url);
    // The page says whom it asks wherever that is not its own server.
    const from = host === surroundings.base.host ? '' : ` from ${host}`;
    const report = (done: number): void =>
      onProgress({ done: before + done, total, message: `Loading ${model.id}${from}: ${megabytes(before + done)}${total > 0 ? ` of ${megabytes(total)}` : ''}` });
    const bytes = await keptBytes(file, surroundings, cache, (note) => onProgress({ done: before, total, message: note })) ?? (await fetchBytes(file, surroundings, cache, report, notes, signal));
    held.set(localName(file.name), bytes);
    before += bytes.byteLength;
    report(0);
  }
  if (!cache) notes.add('The browser keeps nothing here, so the encoder will be loaded again next time (open the page over HTTPS or on localhost).');
  for (const message of notes) onProgress({ done: before, total: before, message });
  return {
    name: model.id,
    async read(name) {
      const bytes = held.get(name);
      const file = files.find((candidate) => localName(candidate.name) === name);
      const isKept = file !== undefined && (await cache?.match(cacheKey(file))) !== undefined;
      // Weights are large and read once: given away, they don't take up memory twice.
      if (bytes && isKept) held.delete(name);
      return bytes ?? (isKept ? new Uint8Array(await (await cache!.match(cacheKey(file)))!.arrayBuffer()) : undefined);
    },
  };
}

/** Whoever reads weights asks for `model.safetensors`, whichever precision came. */
const localName = (name: string): string => (name === halfWeightsFile ? weightsFile : name);

function thisTab(): Surroundings {
  // Bundled files lie one folder below the app's own; `BASE_URL` is relative and would mean another folder in a worker.
  const here = import.meta.url;
  return {
    base: import.meta.env.DEV ? new URL('/', here) : new URL('../', here),
    fetch: (...args) => fetch(...args),
    caches: globalThis.caches,
    digest: globalThis.crypto.subtle ? (bytes) => crypto.subtle.digest('SHA-256', bytes) : undefined,
  };
}

/** Which files make the encoder, and where each can be had. */
async function locate(model: ModelSource, surroundings: Surroundings, cache: Cache | undefined, signal: AbortSignal | undefined): Promise<PlacedFile[]> {
  const listingKey = new URL(`models/${modelSlug(model.id)}/listing.json`, surroundings.base).href;
  const files =
    (await askServer(model, surroundings, signal)) ?? (await keptListing(listingKey, cache)) ?? (model.hub === null ? await askApp(model, surroundings, signal) : undefined) ?? (await askHub(model, surroundings, signal));
  await cache?.put(listingKey, Response.json(files)).catch(() => undefined); // a full disk is told of where it matters, at the weights
  return files;
}

async function askServer(model: ModelSource, { base, fetch }: Surroundings, signal: AbortSignal | undefined): Promise<PlacedFile[] | undefined> {
  const listed = await listedAt(new URL('models/index.json', base), model, fetch, signal);
  if (!listed) return undefined;
  const chosen = encoderFiles(model.id, listed);
  return (isLoopback(base) ? chosen : withHalfWeights(chosen, listed)).map((file) => {
    const url = fileUrl(base, model, file);
    if (file.sha256) url.searchParams.set('v', file.sha256.slice(0, 16));
    return { ...file, url: url.href };
  });
}

/** What came with the app is there without a server, too: a browser that keeps the app keeps it at these addresses. */
async function askApp(model: ModelSource, { base, fetch }: Surroundings, signal: AbortSignal | undefined): Promise<PlacedFile[] | undefined> {
  const listed = await listedAt(new URL('models/shipped.json', base), model, fetch, signal);
  return listed && encoderFiles(model.id, listed).map((file) => ({ ...file, url: fileUrl(base, model, file).href }));
}

async function listedAt(address: URL, model: ModelSource, fetch: Surroundings['fetch'], signal: AbortSignal | undefined): Promise<ModelFile[] | undefined> {
  try {
    const response = await fetch(address, { signal: signal ?? null, cache: 'no-cache' });
    const index = response.ok ? readModelIndex(await response.json()) : undefined;
    return index?.models.find(({ id }) => modelSlug(id) === modelSlug(model.id))?.files;
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined; // offline, or a static host that answers with a page
  }
}

const fileUrl = (base: URL, { id }: ModelSource, { name }: ModelFile): URL => new URL(`models/${modelSlug(id)}/${name}`, base);

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname);
}

/** The listing of an earlier time, where all of its files are kept: what is missing may no longer be where it came from. */
async function keptListing(key: string, cache: Cache | undefined): Promise<PlacedFile[] | undefined> {
  const kept = await cache?.match(key);
  if (!kept) return undefined;
  const files = (await kept.json()) as PlacedFile[];
  const entries = await Promise.all(files.map((file) => cache!.match(cacheKey(file))));
  return entries.every((entry) => entry !== undefined) ? files : undefined;
}

async function askHub(model: ModelSource, { fetch }: Surroundings, signal: AbortSignal | undefined): Promise<PlacedFile[]> {
  const { hub } = model;
  if (hub === null) throw new ModelError(`This page came without the encoder ${model.id}.`, 'Reload the page; if that does not help, the server is incomplete: build the app again.');
  const listing = await listHub(hub, { endpoint: defaultEndpoint, fetch, signal }).catch((error: unknown) => {
    if (error instanceof ModelError || signal?.aborted) throw error;
    throw new ModelError(
      `The encoder ${model.id} is neither on this server nor kept by the browser, and the Hugging Face hub can't be reached.`,
      `Connect to the internet, or run "npm run models -- fetch ${model.id}" where the server runs. The encoder "tiny" is always there.`,
    );
  });
  return encoderFiles(hub, listing.files).map((file) => {
    const sha256 = model.sha256?.[file.name] ?? file.sha256;
    return { ...file, ...(sha256 ? { sha256 } : {}), url: hubFileUrl(defaultEndpoint, hub, listing.revision, file.name) };
  });
}

/** The hash is part of the key, so that a new version is another entry. */
function cacheKey({ url, sha256 }: PlacedFile): string {
  const key = new URL(url);
  if (sha256) key.searchParams.set('sha256', sha256);
  return key.href;
}

async function keptBytes(file: PlacedFile, { digest }: Surroundings, cache: Cache | undefined, onNote: (message: string) => void): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const kept = await cache?.match(cacheKey(file));
  if (!kept) return undefined;
  const bytes = new Uint8Array(await kept.arrayBuffer());
  const problem = await damage(file, bytes, digest);
  if (!problem) return bytes;
  onNote(`The kept copy of ${file.name} is damaged (${problem}): loading it again`);
  await cache!.delete(cacheKey(file));
  return undefined;
}

async function fetchBytes(file: PlacedFile, { fetch, digest }: Surroundings, cache: Cache | undefined, onBytes: (done: number) => void, notes: Set<string>, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = await receive(file, fetch, onBytes, signal);
  const problem = await damage(file, bytes, digest);
  if (problem) {
    throw new ModelError(`${file.name} from ${new URL(file.url).host} is not the file it should be: ${problem}.`, 'Reload the page to try again. If it stays so, the copy there is damaged: remove it there and fetch the model again.');
  }
  if (file.sha256 && !digest) notes.add('The encoder could not be checked against its SHA-256: the browser does that only over HTTPS or on localhost.');
  await cache?.put(cacheKey(file), new Response(bytes)).catch(() => {
    notes.add(`The browser has no room to keep ${file.name} (${megabytes(bytes.byteLength)}), so it will be loaded again next time.`);
  });
  return bytes;
}

async function damage({ size, sha256 }: PlacedFile, bytes: Uint8Array<ArrayBuffer>, digest: Surroundings['digest']): Promise<string | undefined> {
  if (size !== undefined && bytes.byteLength !== size) return `${size} bytes expected, ${bytes.byteLength} got`;
  if (!sha256 || !digest) return undefined;
  const found = Array.from(new Uint8Array(await digest(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return found === sha256 ? undefined : `SHA-256 ${sha256} expected, ${found} got`;
}
