import type { ModelFolder } from '../encode/model-folder.ts';
import type { ModelFiles } from '../train/protocol.ts';

/** Files in memory as a model folder; `name` is for messages. */
export function folderOf(files: ModelFiles, name: string): ModelFolder {
  return { name, read: (file) => Promise.resolve(Object.hasOwn(files, file) ? files[file] : undefined) };
}

/** A file of formatted JSON. */
export function jsonFile(json: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`);
}
