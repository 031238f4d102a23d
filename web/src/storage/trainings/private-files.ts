import type { TrainingFolder } from './folder.ts';

/** What workers have beside pages; the types of the project are those of pages. */
interface WorkerFile extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{ truncate(size: number): void; write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number; flush(): void; close(): void }>;
}

/** The folder of all trainings among the files that this browser keeps for this page (the origin private file system). */
const FOLDER = 'trainings';

/** Null where there is no such folder and none is to be made, and where the browser has no such files: outside a secure context, and in private windows of some browsers. */
async function allTrainings({ create }: { create: boolean }): Promise<FileSystemDirectoryHandle | null> {
  const storage = navigator.storage as StorageManager | undefined;
  try {
    return (await (await storage?.getDirectory?.())?.getDirectoryHandle(FOLDER, { create })) ?? null;
  } catch {
    return null;
  }
}

/** The folder of a training, made where there is none. Null where the browser keeps no files. Files can be written in a worker alone. */
export async function openTrainingFolder(id: string): Promise<TrainingFolder | null> {
  const all = await allTrainings({ create: true });
  return all && new PrivateFolder(await all.getDirectoryHandle(id, { create: true }));
}

/** Ids of the trainings that left files here. */
export async function trainingsWithFiles(): Promise<string[]> {
  const all = await allTrainings({ create: false });
  return all ? namesIn(all) : [];
}

/** Removes all files of a training. @throws where some of them are being written */
export async function removeTraining(id: string): Promise<void> {
  const all = await allTrainings({ create: false });
  await all?.removeEntry(id, { recursive: true }).catch(unlessMissing);
}

class PrivateFolder implements TrainingFolder {
  readonly #handle: FileSystemDirectoryHandle;

  constructor(handle: FileSystemDirectoryHandle) {
    this.#handle = handle;
  }

  async write(name: string, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    const file = await ((await this.#handle.getFileHandle(name, { create: true })) as WorkerFile).createSyncAccessHandle();
    try {
      file.truncate(0);
      let at = 0;
      for (const part of parts) {
        const written = file.write(part, { at });
        if (written !== part.byteLength) throw new DOMException(`${name}: ${written} of ${part.byteLength} bytes were taken`, 'QuotaExceededError');
        at += written;
      }
      file.flush();
    } finally {
      file.close();
    }
  }

  async read(name: string): Promise<Blob | undefined> {
    const handle = await this.#handle.getFileHandle(name).catch(unlessMissing);
    return handle?.getFile();
  }

  async remove(name: string): Promise<void> {
    await this.#handle.removeEntry(name).catch(unlessMissing);
  }

  names(): Promise<string[]> {
    return namesIn(this.#handle);
  }
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
  throw error;
}
