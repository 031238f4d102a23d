import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that reached the hub or its storage. */
interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
  body: Buffer;
}

/** A hub as a push sees it: repositories, commits, and storage by Xet, all on this machine. It keeps what it was sent. */
export interface FakeHub {
  url: string;
  asked: Asked[];
  /** Refuses from now on what matches a path, with a status; 0 breaks the line. */
  refuse(path: RegExp, status: number): void;
  close(): Promise<void>;
}

const XET_TOKEN = 'xet-token-of-the-hub';

export async function openFakeHub(): Promise<FakeHub> {
  const asked: Asked[] = [];
  let refused: { path: RegExp; status: number } | null = null;
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const path = request.url!;
      asked.push({ method: request.method!, path, authorization: request.headers.authorization, body });
      if (refused?.path.test(path)) {
        if (refused.status === 0) response.destroy();
        else response.writeHead(refused.status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'no, and here is your token: hf_canary' }));
        return;
      }
      // Storage has none of the chunks yet.
      const status = path.startsWith('/v1/chunks/') ? 404 : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer(path, body, url())));
    });
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: url(),
    asked,
    refuse: (path, status) => (refused = { path, status }),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** What the hub answers where all is well (huggingface.co/docs/hub/api; git-lfs batch API; Xet's upload protocol). `storage` is where Xet lives. */
export function answer(path: string, body: Buffer, storage: string): unknown {
  if (path === '/api/repos/create') return { url: 'https://huggingface.co/mara/harbour', id: '1' };
  if (path.includes('/preupload/')) {
    const { files } = JSON.parse(body.toString()) as { files: { path: string }[] };
    return { files: files.map((file) => ({ path: file.path, uploadMode: /\.(?:safetensors|onnx)$/.test(file.path) ? 'lfs' : 'regular' })) };
  }
  if (path.endsWith('/info/lfs/objects/batch')) {
    const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
    const header = { 'X-Xet-Session-Id': 's', 'X-Xet-Cas-Url': storage, 'X-Xet-Access-Token': XET_TOKEN, 'X-Xet-Token-Expiration': String(Math.floor(Date.now() / 1000) + 3600) };
    return { transfer: 'xet', objects: objects.map(({ oid, size }) => ({ oid, size, actions: { upload: { href: `${storage}/refresh`, header } } })) };
  }
  if (path.includes('/commit/')) return { commitOid: 'c0ffee', commitUrl: 'https://huggingface.co/mara/harbour/commit/c0ffee' };
  if (path.startsWith('/v1/')) return { was_inserted: true };
  return {};
}
