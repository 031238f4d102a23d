import { hash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseAccept } from 'hono/utils/accept';
import { getMimeType, mimes } from 'hono/utils/mime';
import { fileResponse, type ServedFile } from './file-response.ts';
import type { Route } from './route.ts';

const text = 'text/plain; charset=utf-8';
const types = { ...mimes, conll: text, jsonl: 'application/jsonl; charset=utf-8', onnx: 'application/octet-stream', safetensors: 'application/octet-stream' };

/** How a file may have been compressed beside itself, in the order of preference. */
const packings = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
];
const packed = /\.(?:br|gz)$/;

/** The files of the built app, the compressed ones among them, by their paths as addresses have them. */
export type BuiltApp = ReadonlyMap<string, ServedFile>;

/**
 * Lists the built app once, at the start: only what is listed is served, so that no path of an address reaches the disk.
 * Files under `assets/` carry a hash in their names and never change.
 */
export async function readBuiltApp(folder: string): Promise<BuiltApp> {
  const files = new Map<string, ServedFile>();
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const file = path.join(folder, name);
    const address = `/${name.split(path.sep).join('/')}`;
    const type = getMimeType(name.replace(packed, ''), types);
    if (!type) continue;
    const { size, mtimeMs } = await stat(file);
    const changed = `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`;
    const etag = name.endsWith('.html') ? hash('sha256', await readFile(file)).slice(0, 16) : changed;
    const cacheControl = address.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    files.set(address, { path: file, size, type, etag: `"${etag}"`, cacheControl });
  }
  return files;
}

/** The built app, compressed where the browser takes it. */
export function appRoute(app: BuiltApp): Route['handler'] {
  return (context) => {
    const address = context.req.path === '/' ? '/index.html' : context.req.path;
    const file = app.get(address);
    if (!file || packed.test(address)) return context.notFound();
    const accepted = parseAccept(context.req.header('accept-encoding') ?? '').flatMap(({ type, q }) => (q > 0 ? [type] : []));
    const whole = context.req.header('range') === undefined;
    const packing = packings.find(({ encoding, suffix }) => whole && accepted.includes(encoding) && app.has(address + suffix));
    return fileResponse(context.req.raw, packing ? { ...app.get(address + packing.suffix)!, encoding: packing.encoding } : file);
  };
}
