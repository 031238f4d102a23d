import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ServedFile } from './file-response.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.conll': 'text/plain; charset=utf-8',
  '.jsonl': 'application/jsonl; charset=utf-8',
  '.onnx': 'application/octet-stream',
  '.safetensors': 'application/octet-stream',
};

/** In the order in which they are preferred. */
export const encodings = [
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
    const type = types[path.extname(name.replace(/\.(?:br|gz)$/, ''))];
    if (!type) continue;
    const isHashed = name.startsWith('assets/');
    const etag = name.endsWith('.html') ? createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16) : `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`;
    files.set(name, { path: file, size, type, etag: `"${etag}"`, cacheControl: isHashed ? 'public, max-age=31536000, immutable' : 'no-cache' });
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
