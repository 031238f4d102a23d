import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FailedRun } from './verb.ts';

/** A type as it is asked for. */
export interface DefinedType {
  name: string;
  definition: string;
}

const listed = z.array(z.object({ name: z.string().trim().min(1), definition: z.string().default('') })).min(1);
const shape = z.union([listed, z.object({ types: listed }).transform(({ types }) => types), z.record(z.string().trim().min(1), z.string()).transform((named) => Object.entries(named).map(([name, definition]) => ({ name, definition })))]);

/** Types with what counts as each: a list of `{ "name", "definition" }`, an object with such a list as its `types`, or an object of definitions by name. @throws FailedRun */
export async function readTypes(file: string): Promise<DefinedType[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new FailedRun(`--types ${file}: there is no such file.`);
  });
  const expected = 'expected [{ "name": "person", "definition": "The name of a human being." }]';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FailedRun(`--types ${file} is no JSON (${(error as Error).message}): ${expected}.`);
  }
  const { data } = shape.safeParse(value);
  if (!data || data.length === 0) throw new FailedRun(`--types ${file} holds no types: ${expected}.`);
  const twice = data.find(({ name }, index) => data.findIndex((other) => other.name === name) < index);
  if (twice) throw new FailedRun(`--types ${file} has the type "${twice.name}" twice.`);
  return data;
}
