import type { Space } from '../../storage/quota.ts';

/** What was found out about a browser. Nothing of it says who the visitor is or what they work on. */
export interface BrowserFacts {
  /** As it calls itself, e.g. "Firefox 153", and on what. */
  browser: string;
  platform: string;
  /** HTTPS, or the machine itself. */
  secure: boolean;
  /** `no-webgpu`: the browser has no such thing; `no-adapter`: it has, and offers no GPU. */
  gpu: 'no-webgpu' | 'no-adapter' | GpuFacts;
  /** JavaScript promise integration: WebAssembly that waits for a GPU without a detour. */
  jspi: boolean;
  /** Isolated from other origins, which threads need. */
  isolated: boolean;
  cores: number;
  /** GB, rounded by the browser; undefined where it does not say. */
  memory: number | undefined;
  space: Space | null;
  /** Files of the page's own, for checkpoints. */
  privateFiles: boolean;
  locks: boolean;
  wakeLock: boolean;
  clipboard: boolean;
  serviceWorker: boolean;
  segmenter: boolean;
}

export interface GpuFacts {
  name: string;
  /** A program that imitates one. */
  software: boolean;
  /** Bytes that one buffer, and one binding of a program, may have. */
  bufferBytes: number;
  bindingBytes: number;
  halfPrecision: boolean;
}
