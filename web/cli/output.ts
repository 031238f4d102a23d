import { access, constants, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { FailedRun } from './verb.ts';

/** A file to be written, whose place was looked at beforehand. */
export interface StagedFile {
  /** `write` fills a file beside it, which then takes its place; after a failure nothing is left behind. */
  fill(write: (file: string) => Promise<void>): Promise<void>;
}

/** Looks whether a file can be written before the work for it is done. */
export async function stageFile(out: string): Promise<StagedFile> {
  const folder = path.dirname(out);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw new FailedRun(`--out ${out}: there is no folder ${folder}. Make it first.`);
  if ((await stat(out).catch(() => undefined))?.isDirectory()) throw new FailedRun(`--out ${out} is a folder; give the name of a file.`);
  await checkWritable(folder, out);
  const staging = `${out}.partial-${process.pid}`;
  return {
    async fill(write) {
      try {
        await write(staging);
        await rename(staging, out);
      } finally {
        await rm(staging, { force: true });
      }
    },
  };
}

/** Makes a folder where there is none, and looks whether files can be put into it. */
export async function prepareFolder(out: string): Promise<void> {
  await mkdir(out, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new FailedRun(error.code === 'EEXIST' || error.code === 'ENOTDIR' ? `--out ${out} is a file, or lies below one; give the name of a folder.` : `--out ${out} can't be made: ${error.message}.`);
  });
  await checkWritable(out, out);
}

async function checkWritable(folder: string, out: string): Promise<void> {
  await access(folder, constants.W_OK).catch(() => {
    throw new FailedRun(`--out ${out}: this user may not write into ${folder}.`);
  });
}
