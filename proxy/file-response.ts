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
  const headers = new Headers({ 'content-type': file.type, etag: file.etag, 'cache-control': file.cacheControl, vary: 'accept-encoding' });
  // Compared weakly: something in between that compresses marks the validator so.
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(file.etag) || known.includes('*')) return new Response(null, { status: 304, headers });
  if (file.encoding) headers.set('content-encoding', file.encoding);
  headers.set('accept-ranges', 'bytes');
  const range = requestedRange(request, file);
  if (range === 'outside') {
    headers.set('content-range', `bytes */${file.size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: file.size };
  headers.set('content-length', String(end - start));
  if (range) headers.set('content-range', `bytes ${start}-${end - 1}/${file.size}`);
  const isEmpty = request.method === 'HEAD' || end === start;
  const body = isEmpty ? null : (Readable.toWeb(createReadStream(file.path, { start, end: end - 1, highWaterMark: 1 << 18 })) as ReadableStream<Uint8Array>);
  return new Response(body, { status: range ? 206 : 200, headers });
}

/** `start` up to, not including, `end`; undefined for the whole file, which is also the answer to several ranges at once. */
function requestedRange(request: Request, { size, etag }: ServedFile): { start: number; end: number } | 'outside' | undefined {
  const condition = request.headers.get('if-range');
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get('range') ?? '');
  if (!match || (condition !== null && condition !== etag)) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return start >= size || end <= start ? 'outside' : { start, end };
}
