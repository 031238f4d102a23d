import { readSetting, removeSetting, writeSetting } from '../storage/settings.ts';
import { classState } from './class.svelte.ts';
import { store } from './store.ts';

/** A model that can be asked, and where. */
export interface LlmChoice {
  /** Tells it from the others in a link. */
  id: string;
  kind: 'proxy' | 'local' | 'simulated';
  model: string;
  /** Dollars for a million tokens; null where nothing is paid. */
  prices: { input: number; output: number } | null;
  /** Where texts end up: the host of the service, or of the server on this machine; null where they go nowhere. */
  host: string | null;
}

/** Longer than a server on the same machine takes to list its models. Milliseconds. */
const PATIENCE = 3000;
/** Where Ollama listens unless told otherwise. */
export const usualLocalAddress = 'http://localhost:11434/v1';
const loopback = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$)/;

/** Which models this browser can ask: those of the server behind the page, those of a server on this machine, and practice without a model. */
class LlmChoices {
  /** Address of a server on this machine; empty where none is used. */
  address = $state('');
  #local = $state.raw<string[]>([]);
  /** Why the server on this machine can't be used. */
  failure = $state<'address' | 'unreachable' | 'no-models' | null>(null);
  looking = $state(false);

  readonly all = $derived<LlmChoice[]>([
    ...(classState.limits?.models ?? []).map(({ id, host, inputDollarsPerMillion, outputDollarsPerMillion }): LlmChoice => ({ id: `proxy/${id}`, kind: 'proxy', model: id, prices: { input: inputDollarsPerMillion, output: outputDollarsPerMillion }, host })),
    ...this.#local.map((model): LlmChoice => ({ id: `local/${model}`, kind: 'local', model, prices: null, host: new URL(this.address).host })),
    { id: 'simulated', kind: 'simulated', model: 'simulated', prices: null, host: null },
  ]);

  /** The one asked for where it is there, else the first. */
  choose(id: string | undefined): LlmChoice {
    return this.all.find((choice) => choice.id === id) ?? this.all[0]!;
  }

  /** Finds out what there is. Never throws. */
  async look(): Promise<void> {
    await Promise.all([classState.look(), this.#recall()]);
  }

  /** Uses the server at an address from now on, or none where it is empty. */
  async use(address: string): Promise<void> {
    this.address = address.trim().replace(/\/+$/, '');
    this.#local = [];
    this.failure = null;
    const opened = await store().catch(() => null);
    if (opened) await (this.address ? writeSetting(opened, 'localLlm', this.address) : removeSetting(opened, 'localLlm'));
    if (this.address) await this.#list();
  }

  async #recall(): Promise<void> {
    if (this.address) return;
    const opened = await store().catch(() => null);
    this.address = (opened && (await readSetting(opened, 'localLlm'))) ?? '';
    if (this.address) await this.#list();
  }

  async #list(): Promise<void> {
    // The page may connect to this machine and to nothing else; the browser would refuse without a word.
    if (!loopback.test(this.address)) {
      this.failure = 'address';
      return;
    }
    this.looking = true;
    try {
      const response = await fetch(`${this.address}/models`, { signal: AbortSignal.timeout(PATIENCE) });
      const { data } = (await response.json()) as { data?: { id?: unknown }[] };
      this.#local = (data ?? []).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
      this.failure = this.#local.length === 0 ? 'no-models' : null;
    } catch {
      this.failure = 'unreachable';
    } finally {
      this.looking = false;
    }
  }
}

export const llmChoices = new LlmChoices();
