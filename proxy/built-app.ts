import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseAccept } from 'hono/utils/accept';
import { getMimeType, mimes } from 'hono/utils/mime';
import { fileResponse, type ServedFile } from './file-response.ts';
import type { Route } from './route.ts';

const text = 'text/plain; charset=utf-8';
const types = { ...mimes, conll: text, jsonl: 'application/jsonl; charset=utf-8', onnx: 'application/octet-stream', safetensors: 'application/octet-stream' };

/** In the order in which they are preferred. */
const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/** A file of the built app by the path of its address, in the forms in which it was built. */
export type BuiltApp = ReadonlyMap<string, { plain: ServedFile; br?: ServedFile; gzip?: ServedFile }>;

/**
 * Lists the built app once, at the start: only what is listed is served, so that no path of an address reaches the disk.
 * Files under `assets/` carry a hash in their names and never change.
 */
export async function readBuiltApp(folder: string): Promise<BuiltApp> {
  const names = (await readdir(folder, { recursive: true }).catch(() => [])).map((name) => name.split(path.sep).join('/'));
  const files = new Map<string, ServedFile>();
  for (const name of names) {
    const file = path.join(folder, name);
    const { size, mtimeMs } = await stat(file);
    const type = getMimeType(name.replace(/\.(?:br|gz)$/, ''), types);
    if (!type) continue;
    const changed = `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`;
    const etag = name.endsWith('.html') ? createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16) : changed;
    const cacheControl = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    files.set(name, { path: file, size, type, etag: `"${etag}"`, cacheControl });
  }
  const plain = [...files].filter(([name]) => !/\.(?:br|gz)$/.test(name));
  return new Map(
    plain.map(([name, file]) => {
      const packed = encodings.flatMap(({ name: encoding, suffix }) => {
        const other = files.get(name + suffix);
        return other ? [[encoding, { ...other, encoding }]] : [];
      });
      return [`/${name === 'index.html' ? '' : name}`, { plain: file, ...Object.fromEntries(packed) }];
    }),
  );
}

/** The built app, compressed where the browser takes it. */
export function appRoute(app: BuiltApp): Route['handler'] {
  return (context) => {
    const forms = app.get(context.req.path === '/index.html' ? '/' : context.req.path);
    if (!forms) return context.notFound();
    const accepted = parseAccept(context.req.header('accept-encoding') ?? '').flatMap(({ type, q }) => (q > 0 ? [type] : []));
    const encoding = context.req.header('range') ? undefined : encodings.find(({ name }) => forms[name] && accepted.includes(name));
    return fileResponse(context.req.raw, (encoding && forms[encoding.name]) ?? forms.plain);
  };
}
