import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';
import { openValkeyStore } from './valkey.ts';

/** Opens the store that a setting names: a `redis://`, `rediss://` or `valkey://` address, a file, or `:memory:`. Throws a `ConfigError`. */
export function openStore(setting: string): Promise<Store> {
  return /^(?:rediss?|valkeys?):\/\//.test(setting) ? openValkeyStore(setting) : openSqliteStore(setting);
}
