import { hexOf } from '../../text/hex.ts';
import type { Checkpoint, Progress } from '../../train/checkpoint.ts';
import type { TrainingFolder } from './folder.ts';

/** A tensor in a file: float32, little-endian. */
interface Piece {
  name: string;
  /** Of its first byte. */
  offset: number;
  elements: number;
  sha256: string;
}

/** What a checkpoint's tensors are and where. */
interface Description {
  format: 1;
  /** Counts the checkpoints of a training. */
  number: number;
  progress: Progress;
  pieces: Piece[];
  /** Parameters of the best step, which several checkpoints in a row share. */
  best: { file: string; pieces: Piece[] } | null;
}

/**
 * Two places that take turns, so that the older checkpoint stands until the newer one is whole. A description is written after the tensors it
 * speaks of and carries hashes of them and of itself: whatever moment a browser is killed at, one of the two says the truth. (No temporary
 * file is renamed, because not every browser can.)
 */
const PLACES = ['a', 'b'] as const;
type Place = (typeof PLACES)[number];

const FORMAT = 1;

/** The checkpoints of one training in its folder. */
export class Checkpoints {
  readonly #folder: TrainingFolder;
  #latest: { place: Place; description: Description } | null | undefined;

  constructor(folder: TrainingFolder) {
    this.#folder = folder;
  }

  /** How far the newest sound checkpoint is, by its description alone; null where there is none. */
  async progress(): Promise<Progress | null> {
    return (await this.#descriptions())[0]?.description.progress ?? null;
  }

  /** The newest checkpoint that is whole; null where there is none. */
  async read(): Promise<Checkpoint | null> {
    for (const found of await this.#descriptions()) {
      const checkpoint = await this.#readWhole(found.place, found.description);
      if (!checkpoint) continue;
      this.#latest = found;
      return checkpoint;
    }
    this.#latest = null;
    return null;
  }

  /** @throws DOMException `QuotaExceededError` where there is no room; the checkpoint before stays. */
  async save({ progress, parameters, moments, bestParameters }: Checkpoint): Promise<void> {
    if (this.#latest === undefined) this.#latest = (await this.#descriptions())[0] ?? null;
    const before = this.#latest;
    const place: Place = before?.place === 'a' ? 'b' : 'a';
    const best = bestParameters && (await this.#saveBest(`best-${progress.state.best.step}.bin`, bestParameters, before?.description ?? null));
    const pieces = await this.#writeTensors(tensorsFile(place), [...named('parameters', parameters), ...named('first', moments.first), ...named('second', moments.second)]);
    const description: Description = { format: FORMAT, number: (before?.description.number ?? 0) + 1, progress, pieces, best };
    await this.#folder.write(descriptionFile(place), [await sealed(description)]);
    this.#latest = { place, description };
    const needed = new Set([description, before?.description].flatMap((kept) => kept?.best?.file ?? []));
    for (const name of await this.#folder.names()) if (name.startsWith('best-') && !needed.has(name)) await this.#folder.remove(name);
  }

  async #saveBest(file: string, parameters: ReadonlyMap<string, Float32Array>, before: Description | null): Promise<Description['best']> {
    if (before?.best?.file === file) return before.best;
    return { file, pieces: await this.#writeTensors(file, named('parameters', parameters)) };
  }

  async #writeTensors(file: string, tensors: readonly (readonly [string, Float32Array])[]): Promise<Piece[]> {
    let offset = 0;
    const parts = tensors.map(([, { buffer, byteOffset, byteLength }]) => new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
    const pieces: Piece[] = [];
    for (const [index, [name, values]] of tensors.entries()) {
      pieces.push({ name, offset, elements: values.length, sha256: await sha256(parts[index]!) });
      offset += values.byteLength;
    }
    await this.#folder.write(file, parts);
    return pieces;
  }

  /** Those that can be read, newest first. */
  async #descriptions(): Promise<{ place: Place; description: Description }[]> {
    const found = await Promise.all(PLACES.map(async (place) => ({ place, description: await unsealed(await this.#folder.read(descriptionFile(place))) })));
    return found.filter((entry): entry is { place: Place; description: Description } => entry.description?.format === FORMAT).sort((one, other) => other.description.number - one.description.number);
  }

  async #readWhole(place: Place, { progress, pieces, best }: Description): Promise<Checkpoint | null> {
    const tensors = await readTensors(await this.#folder.read(tensorsFile(place)), pieces);
    const bestTensors = best && (await readTensors(await this.#folder.read(best.file), best.pieces));
    if (!tensors || (best && !bestTensors)) return null;
    return { progress, parameters: under('parameters', tensors), moments: { first: under('first', tensors), second: under('second', tensors) }, bestParameters: bestTensors && under('parameters', bestTensors) };
  }
}

const tensorsFile = (place: Place): string => `${place}.bin`;
const descriptionFile = (place: Place): string => `${place}.json`;
const named = (kind: string, tensors: ReadonlyMap<string, Float32Array>) => [...tensors].map(([name, values]) => [`${kind}/${name}`, values] as const);
const under = (kind: string, tensors: ReadonlyMap<string, Float32Array>) => new Map([...tensors].flatMap(([name, values]) => (name.startsWith(`${kind}/`) ? [[name.slice(kind.length + 1), values] as const] : [])));

/** Null where a tensor is missing or not what was written. */
async function readTensors(file: Blob | undefined, pieces: readonly Piece[]): Promise<Map<string, Float32Array> | null> {
  if (!file) return null;
  const tensors = new Map<string, Float32Array>();
  for (const { name, offset, elements, sha256: expected } of pieces) {
    const bytes = new Uint8Array(await file.slice(offset, offset + elements * Float32Array.BYTES_PER_ELEMENT).arrayBuffer());
    if (bytes.byteLength !== elements * Float32Array.BYTES_PER_ELEMENT || (await sha256(bytes)) !== expected) return null;
    tensors.set(name, new Float32Array(bytes.buffer));
  }
  return tensors;
}

/** A description as its own hash and its JSON on a line each. */
async function sealed(description: Description): Promise<Uint8Array<ArrayBuffer>> {
  const json = JSON.stringify(description);
  return new TextEncoder().encode(`${await sha256(new TextEncoder().encode(json))}\n${json}`);
}

async function unsealed(file: Blob | undefined): Promise<Description | null> {
  const [hash, json] = (await file?.text())?.split('\n') ?? [];
  return json !== undefined && (await sha256(new TextEncoder().encode(json))) === hash ? (JSON.parse(json) as Description) : null;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
