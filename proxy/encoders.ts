import path from 'node:path';
import type { Route } from './route.ts';
import { modelSlug } from '../web/src/models/catalogue.ts';
import { isModelFile, type ModelIndex } from '../web/src/models/files.ts';
import { fileResponse } from './file-response.ts';

/** Models that lie on this machine. */
export interface EncoderStore {
  list(): Promise<{ id: string; folder: string; files: { name: string; size: number; sha256: string }[] }[]>;
}

/** `models/index.json`: what is here, with sizes and hashes. */
export function encoderIndexRoute(store: EncoderStore): Route['handler'] {
  return async (context) => {
    const models = (await store.list()).map(({ id, files }) => ({ id, files }));
    return context.json({ models } satisfies ModelIndex, 200, { 'cache-control': 'no-cache' });
  };
}

/** `models/<id>/<file>`: only models that are listed and files that models have; an address is never a path. */
export function encoderFileRoute(store: EncoderStore): Route['handler'] {
  return async (context) => {
    const { id, file: name } = context.req.param() as { id: string; file: string };
    const model = isModelFile(name) ? (await store.list()).find((candidate) => modelSlug(candidate.id) === id) : undefined;
    const file = model?.files.find((candidate) => candidate.name === name);
    if (!model || !file) return context.text(`This server has no ${name} of a model ${id}.\n`, 404);
    const version = context.req.query('v');
    return fileResponse(context.req.raw, {
      path: path.join(model.folder, file.name),
      size: file.size,
      type: name.endsWith('.json') ? 'application/json; charset=utf-8' : 'application/octet-stream',
      etag: `"${file.sha256}"`,
      cacheControl: version && file.sha256.startsWith(version) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  };
}
