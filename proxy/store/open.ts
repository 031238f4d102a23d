import type { Books } from './books.ts';
import { openSqliteStore } from './sqlite.ts';
import { openValkeyStore } from './valkey.ts';

/** Opens the store that a setting names: a `redis://`, `rediss://` or `valkey://` address, a file, or `:memory:`. Throws a `ConfigError`. */
export function openStore(setting: string): Promise<Books> {
  return /^(?:rediss?|valkeys?):\/\//.test(setting) ? openValkeyStore(setting) : openSqliteStore(setting);
}
