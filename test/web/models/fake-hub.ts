import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the hub misbehaves. */
export interface Faults {
  /** Ends the connection after so many bytes of a file, this many times. */
  cutAfter?: { file: string; bytes: number; times: number };
  /** Sends other bytes than were announced, of the same length. */
  tamperWith?: string;
  /** Sends so many bytes less than were announced in the listing, and ends properly. */
  truncate?: { file: string; bytes: number };
  /** Leaves sizes and hashes out of the listing, as some mirrors do. */
  bareListing?: boolean;
  /** Never answers. */
  silent?: boolean;
}

export interface FakeHub {
  /** For `HF_ENDPOINT`. */
  endpoint: string;
  faults: Faults;
  /** `GET <path>`, with the range asked for. */
  requests: string[];
  close(): Promise<void>;
}

export const commit = '0123456789abcdef0123456789abcdef01234567';
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A small hub: listings, files behind a redirect to "another host", byte ranges. */
export async function startFakeHub(repositories: Record<string, Record<string, Uint8Array>>): Promise<FakeHub> {
  const faults: Faults = {};
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    if (faults.silent) return;
    const url = new URL(request.url!, 'http://hub');
    const listing = /^\/api\/models\/(.+)$/.exec(url.pathname)?.[1];
    const resolved = /^\/(.+)\/resolve\/([0-9a-f]+|main)\/([^/]+)$/.exec(url.pathname);
    const stored = /^\/storage\/(.+)\/([^/]+)$/.exec(url.pathname);
    if (listing !== undefined) return list(response, repositories[listing]);
    if (resolved) return response.writeHead(302, { location: `/storage/${resolved[1]}/${resolved[3]}` }).end();
    if (stored) return send(request, response, stored[2]!, repositories[stored[1]!]?.[stored[2]!]);
    response.writeHead(404).end();
  });

  function list(response: ServerResponse, files: Record<string, Uint8Array> | undefined): void {
    if (!files) return void response.writeHead(401).end('{"error":"Repository not found"}');
    const siblings = Object.entries(files).map(([rfilename, bytes]) =>
      faults.bareListing ? { rfilename } : { rfilename, size: bytes.byteLength, ...(rfilename.endsWith('.safetensors') ? { lfs: { sha256: sha256(bytes), size: bytes.byteLength } } : {}) },
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ sha: commit, siblings }));
  }

  function send(request: IncomingMessage, response: ServerResponse, name: string, bytes: Uint8Array | undefined): void {
    if (!bytes) return void response.writeHead(404).end();
    let content = bytes;
    if (faults.tamperWith === name) content = Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
    if (faults.truncate?.file === name) content = bytes.subarray(0, bytes.length - faults.truncate.bytes);
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start >= content.length) return void response.writeHead(416).end();
    const range = start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start, ...range });
    const { cutAfter } = faults;
    if (cutAfter?.file === name && cutAfter.times > 0 && content.length - start > cutAfter.bytes) {
      cutAfter.times--;
      response.write(content.subarray(start, start + cutAfter.bytes), () => setTimeout(() => response.destroy(), 20));
    } else {
      response.end(content.subarray(start));
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
