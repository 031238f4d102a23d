import { runtimeFiles } from '../engine/runtime-files.ts';
import { keepFiles } from '../storage/kept-files.ts';
import { whenNobodyWorks } from './at-work.ts';
import { device } from './device.svelte.ts';
import { whileVisible } from './while-visible.ts';

/** How often a tab that stays open asks for a newer version. Milliseconds. */
const BETWEEN_LOOKS = 3_600_000;

/** The first load has the network for itself at least so long after its end, where the browser does not say that it is idle. Milliseconds. */
const PATIENCE = 3000;

/** The older worker ends what it is at before it goes; a reload ends that. Milliseconds. */
const LONGEST_END = 4000;

/** What a browser offers that would install the page. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** The app as the browser keeps it: whether there is a network, whether the app opens without one, and whether a newer version waits. */
class OfflineApp {
  /** Whether the device has a network, as far as the browser knows. */
  online = $state(navigator.onLine);
  /** The browser keeps the app and its runtime: it opens, trains and exports without a network. */
  kept = $state(false);
  /** A newer version that is here whole, and waits. */
  newer = $state.raw<ServiceWorker | null>(null);
  /** What the browser would do to install the page; null where it offers nothing. */
  install = $state.raw<(() => void) | null>(null);

  #reloads = false;

  constructor() {
    addEventListener('online', () => (this.online = true));
    addEventListener('offline', () => (this.online = false));
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.install = () => void (event as InstallOffer).prompt().finally(() => (this.install = null));
    });
    addEventListener('appinstalled', () => (this.install = null));
  }

  /** Has the browser keep the app, once the first load is over. Does nothing where the browser or the way it came does not allow it. Never rejects. */
  async keep(): Promise<void> {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!import.meta.env.PROD || !workers) return;
    await idle();
    try {
      // Private windows may refuse.
      const registration = (await workers.register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' })) as ServiceWorkerRegistration | undefined;
      if (!registration) return;
      this.#watch(workers, registration);
      await workers.ready;
      // Who pays by the byte loads the runtime with the first training.
      const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
      if (connection?.saveData) return;
      await device.known;
      const { used, all } = await runtimeFiles(device.kind);
      await keepFiles(used, all);
      this.kept = true;
    } catch (error) {
      console.info('Tagsmith is not kept for times without a network:', error);
    }
  }

  /** Reloads into the newer version, unless something runs in some tab of this browser: then false, and all stays as it is. */
  takeOver(): Promise<boolean> {
    return whenNobodyWorks(() => {
      this.#reloads = true;
      this.newer?.postMessage({ type: 'SKIP_WAITING' });
      setTimeout(() => location.reload(), LONGEST_END);
      // It ends with the page.
      return new Promise(() => {});
    });
  }

  #watch(workers: ServiceWorkerContainer, registration: ServiceWorkerRegistration): void {
    const see = (): void => {
      if (registration.active && registration.waiting) this.newer = registration.waiting;
    };
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', see));
    see();

    let wasControlled = workers.controller !== null;
    workers.addEventListener('controllerchange', () => {
      if (this.#reloads) location.reload();
      else if (wasControlled) dispatchEvent(new Event('tagsmith-replaced'));
      wasControlled = true;
    });
    whileVisible(BETWEEN_LOOKS, async () => {
      // Nothing is lost without an answer: it asks again.
      await registration.update().catch(() => undefined);
    });
  }
}

async function idle(): Promise<void> {
  if (document.readyState !== 'complete') await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
  await new Promise<unknown>((resolve) => ('requestIdleCallback' in globalThis ? requestIdleCallback(resolve, { timeout: 2 * PATIENCE }) : setTimeout(resolve, PATIENCE)));
}

export const offlineApp = new OfflineApp();
