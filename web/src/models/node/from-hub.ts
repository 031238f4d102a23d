import { rm } from 'node:fs/promises';
import path from 'node:path';
import { encoderFiles } from '../files.ts';
import { defaultEndpoint, hubFileUrl, hubHeaders, listHub } from '../hub.ts';
import { download, reason } from './download.ts';
import type { FileSource } from './source.ts';

const connectMs = 5000;

/** The hub over HTTPS, or a mirror of it (`HF_ENDPOINT`). */
export const fromHub: FileSource = {
  name: 'the Hugging Face hub',
  async take(model, folder, { env, fetch, onProgress, signal }) {
    const hub = model.hub!;
    const endpoint = (env.HF_ENDPOINT || defaultEndpoint).replace(/\/+$/, '');
    const token = env.HF_TOKEN;
    const unreachable = AbortSignal.timeout(connectMs);
    const listing = await listHub(hub, { endpoint, fetch, token, signal: signal ? AbortSignal.any([signal, unreachable]) : unreachable }).catch((error: unknown) => {
      if (unreachable.aborted && !signal?.aborted) throw new Error(`no answer from ${endpoint} within ${connectMs / 1000} s`);
      throw error;
    });
    const files = encoderFiles(hub, listing.files).map((file) => ({ ...file, sha256: model.sha256?.[file.name] ?? file.sha256 }));
    const total = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
    let before = 0;
    const report = (done: number, message: string): void => onProgress({ done: before + done, total, message });
    for (const { name, size, sha256 } of files) {
      const expected = { name, ...(size === undefined ? {} : { size }), ...(sha256 === undefined ? {} : { sha256 }) };
      let received = 0;
      await download({
        url: hubFileUrl(endpoint, hub, listing.revision, name),
        target: path.join(folder, name),
        expected,
        fetch,
        headers: hubHeaders(token),
        signal,
        onBytes(done) {
          received = done;
          report(done, `Fetching ${model.id}`);
        },
        onNote: (message) => report(received, message),
      }).catch(async (error: unknown) => {
        // What can't be resumed is not worth keeping.
        if (!sha256) await rm(path.join(folder, `${name}.part`), { force: true });
        throw error instanceof Error && error.name === 'ModelError' ? error : new Error(`${name}: ${reason(error)}`);
      });
      before += size ?? received;
    }
    return Object.fromEntries(files.flatMap(({ name, sha256 }) => (sha256 ? [[name, sha256]] : [])));
  },
};
