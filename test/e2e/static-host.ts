import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { builtFolder } from '../../proxy/build.ts';

/** The files of a built app by their paths in its folder. */
export type Files = ReadonlyMap<string, Buffer>;

/** The built app as it would be copied to a host, without what only our own server sends. */
export async function builtFiles(): Promise<Files> {
  const entries = await readdir(builtFolder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !/^\.|\.(?:br|gz)$/.test(entry.name)).map((entry) => path.relative(builtFolder, path.join(entry.parentPath, entry.name)));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(path.join(builtFolder, name))] as const)));
}

/** The same app as another build: every file with a hash in its name has another name, and none of the old names is left. */
export function asNewerVersion(files: Files): Files {
  const hashed = new Set([...files.keys()].map((name) => path.basename(name)).filter((name) => /-[\w-]{8}\.(?:js|mjs|css)$/.test(name)));
  const renamed = (text: string): string => text.replaceAll(/[\w.-]+\.(?:mjs|js|css)\b/g, (name) => (hashed.has(name) ? name.replace(/\.(\w+)$/, 'newer.$1') : name));
  return new Map(
    [...files].map(([name, bytes]) => {
      if (!/\.(?:js|mjs|css|html)$/.test(name)) return [name, bytes];
      const text = renamed(bytes.toString());
      return [renamed(name), Buffer.from(name === 'sw.js' ? text.replace(/(url:"index\.html",revision:")\w+/, '$1newer') : text)];
    }),
  );
}

const types: Record<string, string> = {
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
};

/** A web host that knows types of files and nothing else: no header of ours, a page of its own where there is no file. */
export class StaticHost {
  files: Files;
  readonly asked: string[] = [];
  /** Of the app's folder, with a slash at its end. */
  readonly address: string;
  readonly #server: Server;

  private constructor(server: Server, files: Files, under: string) {
    this.#server = server;
    this.files = files;
    this.address = `http://localhost:${(server.address() as AddressInfo).port}${under}`;
    server.on('request', ({ url = '/' }, response) => {
      const { pathname } = new URL(url, this.address);
      this.asked.push(pathname);
      const name = pathname.startsWith(under) ? pathname.slice(under.length) || 'index.html' : '';
      const bytes = this.files.get(name);
      response.writeHead(bytes ? 200 : 404, { 'content-type': bytes ? (types[path.extname(name).slice(1)] ?? 'application/octet-stream') : 'text/html' });
      response.end(bytes ?? '<!doctype html><title>Not here</title>');
    });
  }

  static async start(files: Files, under: string): Promise<StaticHost> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StaticHost(server, files, under);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
