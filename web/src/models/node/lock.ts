import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Runs `work` while no other process of this machine does so under the same path. A process that died leaves no lock behind. */
export async function locked<T>(lock: string, onWait: () => void, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await mkdir(path.dirname(lock), { recursive: true });
  for (let said = false; !(await take(lock)); said = true) {
    if (!said) onWait();
    await wait(300, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  // Empty for the moment between making the file and writing to it.
  if (owner > 0 && owner !== process.pid && !isAlive(owner)) await rm(lock, { force: true });
  return false;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
