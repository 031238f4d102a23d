import { readFileSync } from 'node:fs';
import type { Exported } from '../../web/src/dataset/formats/format.ts';
import { writers } from '../../web/src/dataset/formats/writers.ts';
import { fileOf, written } from '../web/dataset/formats/files.ts';

const fixtures = new URL('../fixtures/formats/', import.meta.url);

/** Where the files lie that the Python libraries read. */
export const writtenFolder = new URL('written/', fixtures);

/** The data set in all of them. */
export const dataSet = JSON.parse(readFileSync(new URL('data-set.json', fixtures), 'utf8')) as Exported;

/** Each file as its writer writes it now. */
export async function writtenNow(): Promise<{ file: string; bytes: Uint8Array }[]> {
  return Promise.all(
    written.map(async (format) => {
      const writer = await writers[format]!();
      return { file: `${format}.${writer.ending}`, bytes: await fileOf(writer, dataSet) };
    }),
  );
}
