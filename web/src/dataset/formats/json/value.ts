import { shorten } from '../report.ts';

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a few characters, for a report. Never throws: a value may be nested deeper than it can be written. */
export function describe(value: unknown): string {
  try {
    return shorten(JSON.stringify(value) ?? '');
  } catch {
    return 'a deeply nested value';
  }
}
