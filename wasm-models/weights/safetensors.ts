import { elementCount } from '../graph/shape.ts';
import { fromBfloat16, fromHalf, toHalf } from './half.ts';

/** Bytes of one element of each type the format knows. Only the three floats can be read as numbers. */
const ELEMENT_BYTES = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1,
} as const;

export type Dtype = keyof typeof ELEMENT_BYTES;

/** As in the format's reference implementation. */
const LARGEST_HEADER = 100_000_000;

/** Tensors by name. Nothing is converted before it is read. */
export interface WeightSource {
  /** For messages: the file or folder they come from. */
  readonly name: string;
  readonly names: readonly string[];
  has(tensor: string): boolean;
  shape(tensor: string): readonly number[];
  dtype(tensor: string): Dtype;
  /** A copy as float32, of a tensor stored as F32, F16 or BF16. */
  read(tensor: string): Float32Array;
}

export interface SafetensorsFile extends WeightSource {
  readonly metadata: Readonly<Record<string, string>>;
}

export interface NamedTensor {
  name: string;
  shape: readonly number[];
  data: Float32Array;
}

/** Weights that can't be read as they are: what is wrong, where, and what to do. */
export class WeightsError extends Error {
  override name = 'WeightsError';
}

interface Entry {
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Opens the bytes of a `.safetensors` file: 8 bytes of header length, a JSON header, the data. Every tensor is checked
 * against the file before anything is read: bytes for its shape, no overlap, no hole, nothing after the end.
 */
export function readSafetensors(bytes: Uint8Array, name: string): SafetensorsFile {
  const { entries, metadata, dataStart } = readHeader(bytes, name);
  checkLayout(entries, bytes.byteLength - dataStart, name);
  const entry = (tensor: string): Entry => {
    const found = entries.get(tensor);
    if (!found) throw new WeightsError(`${name} has no tensor ${tensor}.`);
    return found;
  };
  return {
    name,
    metadata,
    names: [...entries.keys()],
    has: (tensor) => entries.has(tensor),
    shape: (tensor) => entry(tensor).shape,
    dtype: (tensor) => entry(tensor).dtype,
    read(tensor) {
      const { dtype, begin, end } = entry(tensor);
      const data = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end)).buffer; // a copy starts aligned, wherever it was in the file
      if (dtype === 'F32') return new Float32Array(data);
      if (dtype === 'F16') return fromHalf(new Uint16Array(data));
      if (dtype === 'BF16') return fromBfloat16(new Uint16Array(data));
      throw new WeightsError(`${name}: tensor ${tensor} is stored as ${dtype}; weights can be read from F32, F16 and BF16.`);
    },
  };
}

function readHeader(bytes: Uint8Array, name: string): { entries: Map<string, Entry>; metadata: Record<string, string>; dataStart: number } {
  if (bytes.byteLength < 8) throw new WeightsError(`${name} is ${bytes.byteLength} bytes long: no safetensors file, or a download that broke off. Fetch it again.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > LARGEST_HEADER || length < 2) {
    throw new WeightsError(`${name} is no safetensors file: its first 8 bytes announce a header of ${length} bytes (expected 2 to ${LARGEST_HEADER}).`);
  }
  if (8 + length > bytes.byteLength) {
    throw new WeightsError(`${name} is cut off inside its header: ${8 + length} bytes expected, ${bytes.byteLength} got. Fetch it again.`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    throw new WeightsError(`${name} has a damaged header (${(error as Error).message}). Fetch it again.`);
  }
  if (!isObject(header)) throw new WeightsError(`${name} has a damaged header: expected a JSON object of tensors. Fetch it again.`);
  const entries = new Map<string, Entry>();
  const metadata: Record<string, string> = {};
  for (const [tensor, value] of Object.entries(header)) {
    if (tensor === '__metadata__') {
      if (isObject(value)) for (const [key, text] of Object.entries(value)) metadata[key] = String(text);
    } else {
      entries.set(tensor, readEntry(tensor, value, name));
    }
  }
  return { entries, metadata, dataStart: 8 + length };
}

function readEntry(tensor: string, value: unknown, name: string): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  const complain = (what: string): never => {
    throw new WeightsError(`${name} has a damaged header: tensor ${tensor} ${what}. Fetch it again.`);
  };
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) return complain(`has the unknown type ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) return complain(`has the shape ${JSON.stringify(shape)}, expected a list of sizes`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0]! > offsets[1]!) {
    return complain(`has the data_offsets ${JSON.stringify(offsets)}, expected [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = elementCount(shape) * ELEMENT_BYTES[dtype as Dtype];
  if (end - begin !== expected) return complain(`takes ${end - begin} bytes, expected ${expected} for ${dtype} ${JSON.stringify(shape)}`);
  return { dtype: dtype as Dtype, shape, begin, end };
}

/** The tensors must tile the data: each begins where the one before ends, and the last one ends the file. */
function checkLayout(entries: Map<string, Entry>, dataBytes: number, name: string): void {
  let position = 0;
  for (const [tensor, { begin, end }] of [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== position) {
      throw new WeightsError(`${name} has a damaged header: tensor ${tensor} begins at byte ${begin} of the data, expected ${position}. Fetch it again.`);
    }
    if (end > dataBytes) {
      throw new WeightsError(`${name} is cut off in tensor ${tensor}: ${end} bytes of data expected, ${dataBytes} got. Fetch it again.`);
    }
    position = end;
  }
  if (position !== dataBytes) {
    throw new WeightsError(`${name} holds ${dataBytes - position} bytes after its last tensor (${position} expected, ${dataBytes} got). Fetch it again.`);
  }
}

export interface SafetensorsOptions {
  /** F16 halves the size and rounds to nearest; values beyond ±65,504 are refused. */
  dtype?: 'F32' | 'F16';
  /** `{ format: 'pt' }` unless given: transformers refuses files without it. */
  metadata?: Record<string, string>;
}

/** The same tensors and options give the same bytes, whatever order the tensors come in: they are stored by name. */
export function writeSafetensors(tensors: Iterable<NamedTensor>, { dtype = 'F32', metadata = { format: 'pt' } }: SafetensorsOptions = {}): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  const header: Record<string, unknown> = { __metadata__: metadata };
  let position = 0;
  for (const { name, shape, data } of sorted) {
    if (elementCount(shape) !== data.length) throw new WeightsError(`Tensor ${name} has ${data.length} values, expected ${elementCount(shape)} for shape [${shape}].`);
    if (Object.hasOwn(header, name)) throw new WeightsError(`Tensor ${name} is given twice.`);
    const end = position + data.length * ELEMENT_BYTES[dtype];
    header[name] = { dtype, shape, data_offsets: [position, end] };
    position = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / 8) * 8; // padded with spaces, so that the data is aligned
  const bytes = new Uint8Array(8 + headerBytes + position).fill(0x20, 8, 8 + headerBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(text, 8);
  let offset = 8 + headerBytes;
  for (const { name, data } of sorted) {
    const stored = dtype === 'F32' ? data : halfOf(name, data);
    bytes.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), offset);
    offset += stored.byteLength;
  }
  return bytes;
}

function halfOf(name: string, data: Float32Array): Uint16Array {
  const halves = toHalf(data);
  const overflow = halves.findIndex((half, i) => (half & 0x7fff) === 0x7c00 && Number.isFinite(data[i]));
  if (overflow >= 0) throw new WeightsError(`Tensor ${name} holds ${data[overflow]}, which F16 can't: write it as F32.`);
  return halves;
}
