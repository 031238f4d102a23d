import type { Example } from '../../llm/annotate/annotation.ts';
import type { Likeness } from '../../llm/neighbours/neighbour-index.ts';
import { defaultEncoder } from '../../models/catalogue.ts';
import { device } from '../../state/device.svelte.ts';
import { findNeighbours } from '../../state/neighbours/find.ts';

/** The most similar examples for the texts of an annotation, found once for the same texts and kept while the page is open. */
export class Nearest {
  /** For each text; null while they are being looked for. */
  found = $state.raw<readonly (readonly number[])[] | null>(null);
  share = $state(0);
  failure = $state('');
  #key = '';
  #control = new AbortController();

  /** Looks for them unless they are there. */
  find(by: Likeness, pool: readonly Example[], texts: readonly string[], k: number, again = false): void {
    const key = JSON.stringify([by, k, pool, texts]);
    if (key === this.#key && !again) return;
    this.stop();
    this.#key = key;
    this.#control = new AbortController();
    const { signal } = this.#control;
    findNeighbours({ encoder: defaultEncoder, device: device.kind, by, pool, texts, k }, (share) => (this.share = share), signal).then(
      (found) => (this.found = found),
      (error: unknown) => {
        if (!signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
      },
    );
  }

  stop(): void {
    this.#control.abort();
    this.#key = '';
    this.found = null;
    this.share = 0;
    this.failure = '';
  }
}
