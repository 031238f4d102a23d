import { describeAdapter } from '../engine/webgpu/adapter.ts';

/**
 * What this device can do. Nothing here is an error: what is missing is a state that the pages put into words.
 */
class Device {
  readonly secureContext = isSecureContext;
  /** Threads for WASM need it. */
  readonly isolated = globalThis.crossOriginIsolated === true;
  readonly cores = navigator.hardwareConcurrency || 1;
  /** GiB, rounded and capped at 8 by the browser; undefined where it does not say. */
  readonly memory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory;
  /** JavaScript promise integration lets WASM wait without a detour; graph capture needs it. */
  readonly suspending = 'Suspending' in WebAssembly;

  /** Undefined while it is being found out; null where there is no GPU to compute with. */
  adapter = $state.raw<{ name: string; software: boolean; halfPrecision: boolean } | null | undefined>(undefined);
  /** What `auto` comes to. */
  readonly kind = $derived<'webgpu' | 'wasm'>(this.adapter && !this.adapter.software ? 'webgpu' : 'wasm');
  /** Why there is no GPU. */
  readonly missing = $derived<'insecure' | 'no-webgpu' | 'no-adapter' | null>(
    this.adapter !== null ? null : !this.secureContext ? 'insecure' : !navigator.gpu ? 'no-webgpu' : 'no-adapter',
  );

  /** Fulfilled once the GPU has been looked for. */
  readonly known = this.#look();

  async #look(): Promise<void> {
    try {
      const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
      this.adapter = adapter ? { ...describeAdapter(adapter.info), halfPrecision: adapter.features.has('shader-f16') } : null;
    } catch {
      this.adapter = null;
    }
  }
}

export const device = new Device();
