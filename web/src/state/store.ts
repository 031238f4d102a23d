import { openStore, type Store } from '../storage/open.ts';

let opened: Promise<Store> | undefined;

/** The one store of this tab, opened on first use. Rejects with a sentence for people where it cannot be had. */
export function store(): Promise<Store> {
  opened ??= openStore('tagsmith', { replaced: () => dispatchEvent(new Event('tagsmith-replaced')) });
  return opened;
}
