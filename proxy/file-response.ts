import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

export interface ServedFile {
  path: string;
  /** Bytes. */
  size: number;
  type: string;
  /** A strong validator, with its quotes. */
  etag: string;
  cacheControl: string;
  /** Of the file as it lies there: `br`, `gzip`. */
  encoding?: string;
}

/** Answers with a file, a part of it (one byte range), or that the caller has it already. */
export function fileResponse(request: Request, file: ServedFile): Response {
  const { size, encoding } = file;
  const headers = new Headers({ 'content-type': file.type, etag: file.etag, 'cache-control': file.cacheControl, vary: 'accept-encoding' });
  // Compared weakly: something in between that compresses marks the validator so.
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(file.etag) || known.includes('*')) return new Response(null, { status: 304, headers });
  if (encoding) headers.set('content-encoding', encoding);
  headers.set('accept-ranges', 'bytes');
  const range = requestedRange(request, file);
  const { start, end } = range ?? { start: 0, end: size };
  if (range) headers.set('content-range', `bytes ${start < end ? `${start}-${end - 1}` : '*'}/${size}`);
  if (range && start >= end) return new Response(null, { status: 416, headers });
  headers.set('content-length', String(end - start));
  const isEmpty = request.method === 'HEAD' || end === start;
  const body = isEmpty ? null : (Readable.toWeb(createReadStream(file.path, { start, end: end - 1, highWaterMark: 1 << 18 })) as ReadableStream<Uint8Array>);
  return new Response(body, { status: range ? 206 : 200, headers });
}

/**
 * `start` up to, not including, `end`; empty where it lies outside of the file. Undefined for the whole file, which is
 * also the answer to several ranges at once.
 */
function requestedRange(request: Request, { size, etag }: ServedFile): { start: number; end: number } | undefined {
  const condition = request.headers.get('if-range') ?? etag;
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get('range') ?? '') ?? [];
  if (condition !== etag || first + last === '') return undefined;
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size };
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}
